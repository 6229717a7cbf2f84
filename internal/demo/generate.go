package demo

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

const (
	upcoming = 300 // events of the next six months
	past     = 12  // events that are over, for check-ins and old tickets
	days     = 182
	buyers   = 80
)

// Generate makes the demo data of a start day: the same day gives the same data to the last id.
func Generate(now time.Time) *Set {
	day := now.UTC().Truncate(24 * time.Hour)
	g := &generator{day: day, set: &Set{Now: now}, random: rand.New(rand.NewPCG(1, uint64(day.Unix())))} // #nosec G404 G115 -- demo data must repeat
	g.users()
	g.categories()
	g.venues()
	for i := range upcoming + past {
		g.event(i)
	}
	g.seating()
	g.bookings()
	g.series()
	g.rules()
	return g.set
}

type generator struct {
	day    time.Time
	set    *Set
	random *rand.Rand
	slugs  map[string]bool
}

// newID makes an id of the same form as real ones: the time in front, the rest from a hash of the name.
func (g *generator) newID(prefix, name string, at time.Time) string {
	var u uuid.UUID
	sum := sha256.Sum256([]byte(prefix + "/" + name))
	copy(u[:], sum[:])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli())) // #nosec G115 -- after 1970
	copy(u[:6], ms[2:])
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return id.From(prefix, u)
}

func pick[T any](g *generator, from []T) T { return from[g.random.IntN(len(from))] }

func (g *generator) users() {
	year := g.day.AddDate(-1, 0, 0)
	add := func(name, email, password string, roles ...string) {
		at := year.Add(time.Duration(len(g.set.Users)) * 7 * time.Hour)
		g.set.Users = append(g.set.Users, User{
			ID: g.newID("usr", email, at), Name: name, Email: email, Password: password, CreatedAt: at,
			Roles: append([]string{viewer.User}, roles...),
		})
	}
	add("Alex Attendee", "attendee@example.com", Password)
	add("Maya Manager", "manager@example.com", Password, viewer.EventManager)
	add("Robin Admin", "admin@example.com", Password, viewer.EventManager, viewer.Admin)
	for _, name := range []string{"Kiln Street Players", "Low Tide Records", "Makers' Yard", "Open Table", "City Sports Club"} {
		add(name, slug(name)+"@organisers.example.com", "", viewer.EventManager)
	}
	for i := range buyers {
		name := givenNames[i%len(givenNames)] + " " + familyNames[(i*7+i/len(givenNames))%len(familyNames)]
		add(name, fmt.Sprintf("%s.%d@people.example.com", slug(name), i+1), "")
	}
}

const organisers = 7 // users 1 (the demo manager) and 3 to 7 run events; see organiser

// organiser gives the demo manager every sixth event and spreads the others.
func (g *generator) organiser(i int) string {
	if i%6 == 0 {
		return g.set.Users[1].ID
	}
	return g.set.Users[3+i%(organisers-2)].ID
}

// categories are in every installation, demo or not: a migration of the events subgraph writes them. Ids and names are the same there.
func (g *generator) categories() {
	for _, k := range kinds {
		g.set.Categories = append(g.set.Categories, Category{ID: g.newID("cat", k.slug, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), Slug: k.slug, Name: k.name})
	}
}

const venuesPerCity = 4

func (g *generator) venues() {
	for c, place := range cities {
		for v := range venuesPerCity {
			name := venueNames[(c*5+v*3)%len(venueNames)]
			g.set.Venues = append(g.set.Venues, Venue{
				ID: g.newID("ven", place.name+"/"+name, g.day.AddDate(-1, 0, 0)), Name: name,
				Address: fmt.Sprintf("%s %d", place.streets[v], 3+g.random.IntN(140)), City: place.name, Country: place.country, TimeZone: place.zone,
				Latitude:  place.latitude + (g.random.Float64()-0.5)*0.04,
				Longitude: place.longitude + (g.random.Float64()-0.5)*0.06,
			})
		}
	}
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

func slug(s string) string {
	return strings.Trim(notSlug.ReplaceAllString(strings.ToLower(s), "-"), "-")
}

// unique makes a slug that no other event has.
func (g *generator) unique(base string) string {
	if g.slugs == nil {
		g.slugs = map[string]bool{}
	}
	s := base
	for n := 2; g.slugs[s]; n++ {
		s = fmt.Sprintf("%s-%d", base, n)
	}
	g.slugs[s] = true
	return s
}

// date spreads the i-th event over the coming days (or, for the past ones, the last), rather on a weekend.
func (g *generator) date(i int) time.Time {
	if i >= upcoming {
		return g.day.AddDate(0, 0, -3-2*(i-upcoming))
	}
	d := g.day.AddDate(0, 0, 1+i*days/upcoming)
	if wd := d.Weekday(); wd >= time.Monday && wd <= time.Wednesday && g.random.IntN(3) > 0 {
		d = d.AddDate(0, 0, int(time.Friday-wd))
	}
	return d
}

func (g *generator) event(i int) {
	k := i % len(kinds)
	what, place := kinds[k], (i*5+i/len(kinds))%len(cities)
	where := g.set.Venues[place*venuesPerCity+g.random.IntN(venuesPerCity)]
	online := what.online > 0 && (i/len(kinds))%what.online == what.online-1
	title := pick(g, what.titles)
	if strings.Contains(title, "%s") {
		title = fmt.Sprintf(title, what.words[(i/len(kinds)+g.random.IntN(2))%len(what.words)])
	}
	zone, err := time.LoadLocation(where.TimeZone)
	if err != nil {
		zone = time.UTC // a machine without zone data
	}
	date := g.date(i)
	starts := time.Date(date.Year(), date.Month(), date.Day(), pick(g, what.hours), 30*g.random.IntN(2), 0, 0, zone)
	created := g.day.AddDate(0, 0, -50-g.random.IntN(30))
	base := slug(title)
	if !online {
		base += "-" + slug(where.City)
	}
	e := Event{
		ID: g.newID("evt", fmt.Sprint(i), created), Slug: g.unique(base), Title: title,
		Summary: pick(g, what.summaries), Description: pick(g, what.summaries) + "\n\n" + strings.Join(what.paragraphs, "\n\n"),
		Format: "IN_PERSON", OrganizerID: g.organiser(i), VenueID: where.ID, CategoryID: g.set.Categories[k].ID,
		TimeZone: where.TimeZone, StartsAt: starts, EndsAt: starts.Add(time.Duration(what.minutes) * time.Minute), CreatedAt: created,
	}
	if online {
		e.Format, e.VenueID = "ONLINE", ""
	} else if what.online > 0 && g.random.IntN(5) == 0 {
		e.Format = "HYBRID"
	}
	if i%10 == 3 {
		e.RefundPolicy = &contract.RefundPolicy{Allowed: true, RefundableUntilHours: 48, FeeBasisPoints: 1000}
	}
	g.ticketTypes(&e, what, cities[place].currency)
	g.set.Events = append(g.set.Events, e)
}

// level is the price level of a currency in percent of EUR.
var level = map[string]int64{"EUR": 100, "GBP": 90, "CHF": 130, "DKK": 750}

// tax is the rate of the VAT in prices, in basis points.
var tax = map[string]int{"EUR": 1900, "GBP": 2000, "CHF": 810, "DKK": 2500}

func (g *generator) ticketTypes(e *Event, what kind, currency string) {
	seats := max(8, what.seats*(60+g.random.IntN(90))/100)
	price := what.price * (80 + g.random.Int64N(50)) / 100
	for n, t := range what.tiers {
		amount := price * level[currency] / 100 * int64(t.price) / 100
		e.TicketTypes = append(e.TicketTypes, TicketType{
			ID: g.newID("tkt", fmt.Sprintf("%s/%d", e.ID, n), e.CreatedAt), Name: t.name, Description: t.description, Currency: currency,
			PriceAmount: amount * 100, Capacity: max(2, seats*t.seats/100), MaxPerOrder: min(10, max(2, seats/4)), Kind: contract.Admission, Visibility: contract.Public,
			TaxRate: tax[currency], TaxName: "VAT",
		})
	}
}
