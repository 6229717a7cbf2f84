-- +goose Up
-- What bookings needs to know of an event that was published, from the messages of the events subgraph. version is theirs: an older
-- snapshot than the one kept is ignored.
create table event (
    id            text        collate "C" primary key,
    version       int         not null,
    organizer_id  text        collate "C" not null,
    title         text        not null,
    starts_at     timestamptz not null,
    ends_at       timestamptz not null,
    time_zone     text        not null,
    venue         text        not null,
    status        text        not null check (status in ('PUBLISHED', 'CANCELLED')),
    cancel_reason text        not null default ''
);

-- The stock: one row a ticket type, the only place where seats are counted. target is the capacity the organiser wants; capacity is
-- what holds now: target, or what is held and sold where that is more (a capacity lowered too late shrinks as holds are released).
-- revision grows with every change; the sum over an event's types is the revision of the event's availability.
-- The row is updated at every booking: no index on what changes, and room in the page, keep those updates on the page (HOT).
create table ticket_type (
    id            text        collate "C" primary key,
    event_id      text        collate "C" not null references event (id),
    position      int         not null,
    name          text        not null,
    price_amount  bigint      not null check (price_amount >= 0),
    currency      text        not null check (currency ~ '^[A-Z]{3}$'),
    on_sale       boolean     not null,
    sales_start   timestamptz,
    sales_end     timestamptz not null,
    min_per_order int         not null check (min_per_order >= 1),
    max_per_order int         not null check (max_per_order >= min_per_order),
    target        int         not null check (target >= 0),
    capacity      int         not null check (capacity >= target),
    held          int         not null default 0 check (held >= 0),
    sold          int         not null default 0 check (sold >= 0),
    revision      int         not null default 1,
    constraint ticket_type_not_oversold check (held::bigint + sold <= capacity),
    constraint ticket_type_shrinks check (capacity = target or capacity = held + sold)
) with (fillfactor = 50);
create index ticket_type_by_event on ticket_type (event_id);

-- No foreign keys to event and ticket_type here: each would lock those hot rows once more at every booking. The code inserts only what
-- it has read from them under lock, and their rows are never deleted.
create table booking (
    id              text        collate "C" primary key,
    reference       text        collate "C" not null,
    user_id         text        collate "C" not null,
    event_id        text        collate "C" not null,
    status          text        not null check (status in ('HELD', 'CONFIRMED', 'EXPIRED', 'CANCELLED')),
    revision        int         not null,
    total_amount    bigint      not null check (total_amount >= 0),
    currency        text        not null check (currency ~ '^[A-Z]{3}$'),
    hold_expires_at timestamptz not null,
    payment_id      text        collate "C" not null default '',
    end_reason      text        check (end_reason in ('HOLD_EXPIRED', 'RELEASED', 'CANCELLED_BY_HOLDER', 'REFUNDED', 'EVENT_CANCELLED')),
    created_at      timestamptz not null,
    confirmed_at    timestamptz,
    ended_at        timestamptz,
    constraint booking_reference_unique unique (reference),
    constraint booking_confirmed_once check (confirmed_at is not null or status in ('HELD', 'EXPIRED')),
    constraint booking_ended_for_a_reason check ((status in ('EXPIRED', 'CANCELLED')) = (end_reason is not null and ended_at is not null))
);
create index booking_by_user on booking (user_id, created_at desc, id desc);
create index booking_by_event on booking (event_id, created_at desc, id desc);
create index booking_held_until on booking (hold_expires_at) where status = 'HELD';
create index booking_alive on booking (event_id, id) where status in ('HELD', 'CONFIRMED');

create table booking_item (
    booking_id     text   collate "C" not null references booking (id),
    position       int    not null,
    ticket_type_id text   collate "C" not null,
    name           text   not null,
    quantity       int    not null check (quantity >= 1),
    unit_amount    bigint not null check (unit_amount >= 0),
    primary key (booking_id, position),
    unique (booking_id, ticket_type_id)
);

create table ticket (
    id             text        collate "C" primary key,
    booking_id     text        collate "C" not null references booking (id),
    event_id       text        collate "C" not null,
    ticket_type_id text        collate "C" not null,
    name           text        not null,
    position       int         not null,
    code           text        collate "C" not null,
    status         text        not null check (status in ('VALID', 'CHECKED_IN', 'VOID')),
    checked_in_at  timestamptz,
    checked_in_by  text        collate "C",
    gate           text,
    constraint ticket_code_unique unique (code),
    constraint ticket_in_has_time check (status <> 'CHECKED_IN' or (checked_in_at is not null and gate is not null)),
    constraint ticket_out_has_none check (status <> 'VALID' or (checked_in_at is null and gate is null))
);
create index ticket_by_booking on ticket (booking_id, position);

-- What became of each payment that was captured for a booking, so that its message takes effect once however often and in whatever
-- order messages come.
create table payment (
    id         text        collate "C" primary key,
    booking_id text        collate "C" not null,
    outcome    text        not null check (outcome in ('CONFIRMED', 'REJECTED', 'REFUNDED')),
    at         timestamptz not null
);
create index payment_by_booking on payment (booking_id);
