package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"marquee/internal/id"
)

// UserError is one entry of a mutation's userErrors.
type UserError struct {
	Field   []string
	Message string
	Code    string
}

// Mutate runs a mutation with one root field `out:` of the form {… userErrors {field message code}} and decodes the payload into v.
// User errors are returned, not an error.
func (c *Client) Mutate(ctx context.Context, query string, input map[string]any, v any) ([]UserError, error) {
	var data struct{ Out json.RawMessage }
	if err := c.Do(ctx, query, map[string]any{"input": input}, &data); err != nil {
		return nil, err
	}
	var users struct{ UserErrors []UserError }
	if err := json.Unmarshal(data.Out, &users); err != nil {
		return nil, err
	}
	if v != nil {
		if err := json.Unmarshal(data.Out, v); err != nil {
			return nil, err
		}
	}
	return users.UserErrors, nil
}

// must turns user errors into an error.
func must(users []UserError, err error) error {
	if err == nil && len(users) > 0 {
		err = fmt.Errorf("user errors: %+v", users)
	}
	return err
}

const sessionFields = `session { accessToken refreshToken user { id } } userErrors { field message code }`

type sessionPayload struct {
	Session struct {
		AccessToken, RefreshToken string
		User                      struct{ ID string }
	}
}

// Register makes an account and returns a client logged in with it, and its e-mail address.
func Register(ctx context.Context, url, name string) (*Client, string, error) {
	c := &Client{URL: url}
	email := id.New("mail") + "@people.example.com"
	var out sessionPayload
	err := must(c.Mutate(ctx, `mutation($input: RegisterInput!) { out: register(input: $input) { `+sessionFields+` } }`,
		map[string]any{"name": name, "email": email, "password": "correct horse battery"}, &out))
	c.Token = out.Session.AccessToken
	return c, email, err
}

// LogIn returns a client logged in with an account.
func LogIn(ctx context.Context, url, email, password string) (*Client, error) {
	c := &Client{URL: url}
	var out sessionPayload
	err := must(c.Mutate(ctx, `mutation($input: LogInInput!) { out: logIn(input: $input) { `+sessionFields+` } }`,
		map[string]any{"email": email, "password": password}, &out))
	c.Token = out.Session.AccessToken
	return c, err
}

// NewOrganizer makes an account that may run events.
func NewOrganizer(ctx context.Context, url, name string) (*Client, error) {
	c, email, err := Register(ctx, url, name)
	if err != nil {
		return nil, err
	}
	if err := must(c.Mutate(ctx, `mutation($input: StartOrganizingInput!) { out: startOrganizing(input: $input) { userErrors { field message code } } }`, map[string]any{}, nil)); err != nil {
		return nil, err
	}
	return LogIn(ctx, url, email, "correct horse battery") // the role is part of the token
}

// Event is a published event of a test.
type Event struct {
	ID, Slug   string
	TicketType string // id of its one ticket type

	version int
}

// PublishEvent creates and publishes an event with one ticket type and waits until it can be booked.
func (c *Client) PublishEvent(ctx context.Context, title string, capacity int, price int64) (*Event, error) {
	e, err := c.draft(ctx, title, capacity, price)
	if err != nil {
		return nil, err
	}
	return e, c.publish(ctx, e)
}

// PublishSeatedEvent is PublishEvent with numbered seats, in one row.
func (c *Client) PublishSeatedEvent(ctx context.Context, title string, seats int, price int64) (*Event, error) {
	e, err := c.draft(ctx, title, seats, price)
	if err != nil {
		return nil, err
	}
	section := map[string]any{"name": "Stalls", "ticketTypeId": e.TicketType, "rows": []any{map[string]any{"name": "A", "count": seats}}}
	if err := must(c.Mutate(ctx, `mutation($input: SetEventSeatingInput!) { out: setEventSeating(input: $input) { userErrors { field message code } } }`,
		map[string]any{"eventId": e.ID, "version": e.version, "sections": []any{section}}, nil)); err != nil {
		return nil, err
	}
	return e, c.publish(ctx, e)
}

func (c *Client) draft(ctx context.Context, title string, capacity int, price int64) (*Event, error) {
	var categories struct{ Categories []struct{ ID string } }
	if err := c.Do(ctx, `{ categories { id } }`, nil, &categories); err != nil {
		return nil, err
	}
	if len(categories.Categories) == 0 {
		return nil, fmt.Errorf("there is no category")
	}
	var venue struct{ Venue struct{ ID string } }
	if err := must(c.Mutate(ctx, `mutation($input: CreateVenueInput!) { out: createVenue(input: $input) { venue { id } userErrors { field message code } } }`,
		map[string]any{"name": "Test Hall", "address": "Long Street 1", "city": "Testford", "country": "DE"}, &venue)); err != nil {
		return nil, err
	}
	starts := time.Now().Add(30 * 24 * time.Hour)
	var created struct {
		Event struct {
			ID, Slug    string
			Version     int
			TicketTypes []struct{ ID string }
		}
	}
	err := must(c.Mutate(ctx, `mutation($input: CreateEventInput!) { out: createEvent(input: $input) { event { id slug version ticketTypes { id } } userErrors { field message code } } }`,
		map[string]any{
			"title": title, "summary": "An evening to test with.", "startsAt": starts, "endsAt": starts.Add(2 * time.Hour), "timeZone": "Europe/Berlin",
			"venueId": venue.Venue.ID, "categoryId": categories.Categories[0].ID,
			"ticketTypes": []any{map[string]any{"name": "Standard", "priceAmount": price, "currency": "EUR", "capacity": capacity, "maxPerOrder": min(100, capacity)}},
		}, &created))
	if err != nil {
		return nil, err
	}
	return &Event{ID: created.Event.ID, Slug: created.Event.Slug, TicketType: created.Event.TicketTypes[0].ID, version: created.Event.Version}, nil
}

func (c *Client) publish(ctx context.Context, e *Event) error {
	if err := must(c.Mutate(ctx, `mutation($input: PublishEventInput!) { out: publishEvent(input: $input) { userErrors { field message code } } }`,
		map[string]any{"id": e.ID}, nil)); err != nil {
		return err
	}
	return Eventually(ctx, "the event can be booked", func() (bool, error) {
		a, err := c.Availability(ctx, e.ID)
		return a != nil, err
	})
}

// Availability is how many seats are left.
type Availability struct{ Capacity, Held, Sold, Available, Revision int }

// Availability reads the seats left; nil when the event is not known to bookings yet.
func (c *Client) Availability(ctx context.Context, event string) (*Availability, error) {
	var out struct {
		Event *struct{ Availability *Availability }
	}
	if err := c.Do(ctx, `query($id: ID!) { event(id: $id) { availability { capacity held sold available revision } } }`, map[string]any{"id": event}, &out); err != nil {
		return nil, err
	}
	if out.Event == nil {
		return nil, nil
	}
	return out.Event.Availability, nil
}

// Booking is what tests look at of a booking.
type Booking struct {
	ID, Reference, Status string
	EndReason             *string
	Total                 struct{ Amount int64 }
	Tickets               []struct{ ID, Code, Status string }
	Payment               *struct {
		ID, Status string
		ActionURL  *string `json:"actionUrl"`
		Refunded   struct{ Amount int64 }
	}
}

const bookingFields = `id reference status endReason total { amount } tickets { id code status } payment { id status actionUrl refunded { amount } }`

// Hold holds seats.
func (c *Client) Hold(ctx context.Context, e *Event, quantity int) (*Booking, []UserError, error) {
	return c.HoldWithKey(ctx, e, quantity, id.New("key"))
}

// HoldWithKey is Hold with an idempotency key of the caller's.
func (c *Client) HoldWithKey(ctx context.Context, e *Event, quantity int, key string) (*Booking, []UserError, error) {
	var out struct{ Booking *Booking }
	users, err := c.Mutate(ctx, `mutation($input: HoldSeatsInput!) { out: holdSeats(input: $input) { booking { id reference status total { amount } } userErrors { field message code } } }`,
		map[string]any{"eventId": e.ID, "items": []any{map[string]any{"ticketTypeId": e.TicketType, "quantity": quantity}}, "idempotencyKey": key}, &out)
	return out.Booking, users, err
}

// Cards of the sandbox provider.
const (
	GoodCard     = "4242424242424242"
	DeclinedCard = "4000000000000002"
	SecureCard   = "4000000000003220" // 3-D Secure
)

// Pay pays a booking with a card. key is the idempotency key.
func (c *Client) Pay(ctx context.Context, booking, card, key string) ([]UserError, error) {
	return c.Mutate(ctx, `mutation($input: PayBookingInput!) { out: payBooking(input: $input) { payment { id status } userErrors { field message code } } }`,
		map[string]any{"bookingId": booking, "idempotencyKey": key, "card": map[string]any{"number": card, "expiryMonth": 12, "expiryYear": time.Now().Year() + 2, "cvc": "123"}}, nil)
}

// Booking reads a booking; nil if there is none for the client.
func (c *Client) Booking(ctx context.Context, booking string) (*Booking, error) {
	var out struct{ Booking *Booking }
	err := c.Do(ctx, `query($id: ID!) { booking(id: $id) { `+bookingFields+` } }`, map[string]any{"id": booking}, &out)
	return out.Booking, err
}

// AwaitStatus waits until a booking has the status.
func (c *Client) AwaitStatus(ctx context.Context, booking, status string) (*Booking, error) {
	var last *Booking
	err := Eventually(ctx, "booking "+booking+" is "+status, func() (bool, error) {
		var err error
		last, err = c.Booking(ctx, booking)
		return last != nil && last.Status == status, err
	})
	return last, err
}

// Eventually asks again and again until the answer is yes or a minute is over. Errors count as no, the last one is reported.
func Eventually(ctx context.Context, what string, ask func() (bool, error)) error {
	deadline := time.Now().Add(time.Minute)
	for {
		ok, err := ask()
		if ok && err == nil {
			return nil
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return fmt.Errorf("did not happen: %s (last error: %w)", what, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(30 * time.Millisecond):
		}
	}
}
