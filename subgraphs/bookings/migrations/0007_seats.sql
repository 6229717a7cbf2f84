-- +goose Up
-- Numbered seats: one row a seat, from the seating plan of the event. Seats are added and never removed; positions count from the best.
-- Whose a seat is stands apart, in seat_taken.
create table seat (
    id               text collate "C" primary key,
    event_id         text collate "C" not null references event (id),
    ticket_type_id   text collate "C" not null references ticket_type (id),
    section          text    not null,
    row_name         text    not null,
    number           int     not null,
    accessible       boolean not null,
    section_position int     not null,
    row_position     int     not null,
    constraint seat_place_unique unique (event_id, section, row_name, number)
);
create index seat_by_type on seat (ticket_type_id, section_position, row_position, number);

-- The seats that are held or sold. The key is what keeps two bookings from one seat, whatever the code believes.
create table seat_taken (
    seat_id        text collate "C" primary key references seat (id),
    ticket_type_id text collate "C" not null,
    booking_id     text collate "C" not null references booking (id)
);
create index seat_taken_by_type on seat_taken (ticket_type_id);

-- Which seats a booking has, or had when it ended.
create table booking_seat (
    booking_id     text collate "C" not null references booking (id),
    position       int              not null,
    ticket_type_id text collate "C" not null,
    seat_id        text collate "C" not null references seat (id),
    primary key (booking_id, position),
    unique (booking_id, seat_id)
);

-- seating_sum is of the plan that the seats were made from; seats_version, of the ticket type, the event's version then: 0 where there
-- are no numbered seats.
alter table event add column seating_sum text not null default '';
alter table ticket_type add column seats_version int not null default 0;
alter table booking_item add column seated boolean not null default false; -- has rows in booking_seat
alter table ticket add column seat_id text collate "C" references seat (id);
create unique index ticket_seat_once on ticket (seat_id) where seat_id is not null and status <> 'VOID';
