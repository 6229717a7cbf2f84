-- +goose Up
-- What happened, append only: one row for each thing that can happen once. Everything below is counted from it and can be counted again.
create table fact (
    kind           text        not null check (kind in ('event.published', 'booking.confirmed', 'booking.cancelled', 'payment.captured',
                                                        'payment.refunded', 'ticket.checked_in')),
    subject        text collate "C" not null check (subject <> ''), -- booking, payment, refund, ticket, or event and version
    event_id       text collate "C" not null check (event_id <> ''),
    booking_id     text collate "C" not null default '',
    payment_id     text collate "C" not null default '',
    organizer_id   text collate "C" not null default '',
    ticket_type_id text collate "C" not null default '',
    amount         bigint      not null default 0 check (amount >= 0), -- minor units
    currency       text        not null default '',
    tickets        int         not null default 0 check (tickets >= 0),
    version        int         not null default 0,
    items          jsonb       not null default '[]', -- of a booking or a publication
    at             timestamptz not null,
    recorded_at    timestamptz not null,
    primary key (kind, subject)
);
create index fact_by_event on fact (event_id, kind);
create index fact_by_record on fact using brin (recorded_at);
create index fact_by_booking on fact (booking_id) where booking_id <> '';

-- Totals of one event. Rows without a currency are events of which too little is known to show them.
create table event_sales (
    event_id          text collate "C" primary key,
    organizer_id      text collate "C",
    currency          text,
    published_version int,
    bookings          int         not null default 0 check (bookings >= 0),
    tickets_sold      int         not null default 0 check (tickets_sold >= 0),
    cancellations     int         not null default 0 check (cancellations >= 0),
    gross             bigint      not null default 0 check (gross >= 0),
    refunded          bigint      not null default 0 check (refunded >= 0),
    check_ins         int         not null default 0 check (check_ins >= 0),
    revision          bigint      not null default 0,
    updated_at        timestamptz
);
create index event_sales_by_organizer on event_sales (organizer_id, tickets_sold desc, event_id desc);

-- Totals of one ticket type. position is its place in the newest publication; null when it is not offered (any more).
create table ticket_type_sales (
    event_id       text collate "C" not null references event_sales,
    ticket_type_id text collate "C" not null,
    position       int,
    published_name text,
    sold_name      text, -- at the latest sale, which was at named_at
    named_at       timestamptz,
    tickets_sold   int    not null default 0 check (tickets_sold >= 0),
    revenue        bigint not null default 0 check (revenue >= 0),
    check_ins      int    not null default 0 check (check_ins >= 0),
    primary key (event_id, ticket_type_id)
);

-- Sales by time of confirmation, in UTC.
create table sales_bucket (
    event_id text collate "C" not null references event_sales,
    bucket   text        not null check (bucket in ('HOUR', 'DAY')),
    start    timestamptz not null,
    bookings int         not null check (bookings >= 0),
    tickets  int         not null check (tickets >= 0),
    revenue  bigint      not null check (revenue >= 0),
    primary key (event_id, bucket, start)
);
