-- name: PutSeats :exec
insert into seat (id, event_id, ticket_type_id, section, row_name, number, accessible, section_position, row_position)
select unnest(sqlc.arg(ids)::text[]), sqlc.arg(event_id)::text, unnest(sqlc.arg(type_ids)::text[]), unnest(sqlc.arg(sections)::text[]), unnest(sqlc.arg(row_names)::text[]),
       unnest(sqlc.arg(numbers)::int[]), unnest(sqlc.arg(accessible)::boolean[]), unnest(sqlc.arg(section_positions)::int[]), unnest(sqlc.arg(row_positions)::int[])
on conflict (id) do update
set accessible = excluded.accessible, section_position = excluded.section_position, row_position = excluded.row_position;

-- name: SeatsOfTypes :many
-- In the order of the plan.
select * from seat where ticket_type_id = any(sqlc.arg(type_ids)::text[]) order by ticket_type_id, section_position, row_position, number;

-- name: SeatsByIDs :many
select * from seat where id = any(sqlc.arg(ids)::text[]);

-- name: TakenOfTypes :many
select * from seat_taken where ticket_type_id = any(sqlc.arg(type_ids)::text[]);

-- name: FreeSeats :exec
delete from seat_taken where seat_id = any(sqlc.arg(seat_ids)::text[]);

-- name: TakeSeats :exec
insert into seat_taken (seat_id, ticket_type_id, booking_id)
select unnest(sqlc.arg(seat_ids)::text[]), unnest(sqlc.arg(type_ids)::text[]), unnest(sqlc.arg(booking_ids)::text[]);

-- name: SeatsOfBookings :many
select * from booking_seat where booking_id = any(sqlc.arg(booking_ids)::text[]) order by booking_id, position;

-- name: DropBookingSeats :exec
delete from booking_seat where booking_id = any(sqlc.arg(booking_ids)::text[]);

-- name: InsertBookingSeats :exec
insert into booking_seat (booking_id, position, ticket_type_id, seat_id)
select unnest(sqlc.arg(booking_ids)::text[]), unnest(sqlc.arg(positions)::int[]), unnest(sqlc.arg(type_ids)::text[]), unnest(sqlc.arg(seat_ids)::text[]);

-- name: SeatMap :many
-- One statement: who has which seat belongs to one moment.
select sqlc.embed(seat), coalesce(booking.status, '')::text as status
from seat left join seat_taken on seat_taken.seat_id = seat.id left join booking on booking.id = seat_taken.booking_id
where seat.event_id = sqlc.arg(event_id) order by seat.section_position, seat.row_position, seat.number;
