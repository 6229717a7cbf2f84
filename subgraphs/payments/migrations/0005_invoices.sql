-- +goose Up
-- Who people are, for invoices, from the messages of users.
create table person (
    user_id text collate "C" primary key,
    name    text             not null,
    email   text             not null
);

-- The last number that an organiser's invoices have used. Its row is locked until the invoice is written: numbers have no gaps.
create table invoice_counter (
    organizer_id text collate "C" primary key,
    last         bigint           not null check (last >= 1)
);

-- Invoices of confirmed payments, and credit notes of their refunds; never changed. document is everything on them.
create table invoice (
    id           text collate "C" primary key,
    kind         text             not null check (kind in ('INVOICE', 'CREDIT_NOTE')),
    organizer_id text collate "C" not null,
    number       bigint           not null,
    payment_id   text collate "C" not null references payment,
    refund_id    text collate "C" unique references refund,
    booking_id   text collate "C" not null,
    user_id      text collate "C" not null,
    issued_at    timestamptz      not null,
    document     jsonb            not null,
    unique (organizer_id, number),
    check ((refund_id is not null) = (kind = 'CREDIT_NOTE'))
);
create unique index invoice_of_payment on invoice (payment_id) where kind = 'INVOICE';
create index invoice_by_booking on invoice (booking_id, number);
create trigger invoice_append_only before update or delete on invoice for each row execute function append_only();

-- The secret that signs links to files.
create table link_key (
    one boolean primary key default true check (one),
    key bytea   not null
);
