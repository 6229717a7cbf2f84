-- +goose Up
-- What can be paid: one row a booking, kept by the messages of the bookings subgraph. revision is the booking's: an older one is ignored.
create table payable (
    booking_id      text collate "C" primary key,
    user_id         text collate "C" not null,
    event_id        text collate "C" not null,
    organizer_id    text collate "C" not null,
    amount          bigint           not null check (amount between 0 and 9007199254740991),
    currency        text             not null check (currency ~ '^[A-Z]{3}$'),
    description     text             not null, -- what the buyer reads at the bank: the event and the booking's reference
    hold_expires_at timestamptz      not null,
    state           text             not null check (state in ('OPEN', 'EXPIRED', 'RELEASED', 'CONFIRMED', 'CANCELLED')),
    revision        int              not null
);

-- One attempt to pay a booking. Of the card only its brand and last four digits are kept.
-- refunding is what refunds have claimed, refunded is what went back: 0 <= refunded <= refunding <= amount.
create table payment (
    id              text collate "C" primary key,
    booking_id      text collate "C" not null references payable,
    user_id         text collate "C" not null,
    event_id        text collate "C" not null,
    organizer_id    text collate "C" not null,
    provider        text             not null,
    brand           text             not null,
    last_four       text             not null check (last_four ~ '^[0-9]{4}$'),
    amount          bigint           not null check (amount between 1 and 9007199254740991),
    currency        text             not null check (currency ~ '^[A-Z]{3}$'),
    status          text             not null
        check (status in ('PENDING', 'REQUIRES_ACTION', 'CAPTURED', 'DECLINED', 'PARTIALLY_REFUNDED', 'REFUNDED')),
    refunding       bigint           not null default 0,
    refunded        bigint           not null default 0,
    action_url      text,
    decline_code    text,
    decline_reason  text,
    idempotency_key text collate "C" not null check (char_length(idempotency_key) between 8 and 200),
    request_hash    bytea            not null,
    settle_attempts int              not null default 0, -- tries of the settle job that the provider did not answer
    settle_error    text,
    created_at      timestamptz      not null,
    captured_at     timestamptz,
    constraint payment_refunds_fit check (0 <= refunded and refunded <= refunding and refunding <= amount),
    constraint payment_refunds_captured check (refunding = 0 or captured_at is not null),
    constraint payment_captured check ((captured_at is not null) = (status in ('CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED'))),
    constraint payment_partly check ((status = 'PARTIALLY_REFUNDED') = (refunded > 0 and refunded < amount)),
    constraint payment_wholly check ((status = 'REFUNDED') = (refunded = amount)),
    constraint payment_action check ((action_url is not null) = (status = 'REQUIRES_ACTION')),
    constraint payment_declined check ((decline_code is not null) = (status = 'DECLINED') and (decline_reason is not null) = (status = 'DECLINED'))
);
create unique index payment_by_key on payment (user_id, idempotency_key);
-- At most one payment of a booking is under way or captured.
create unique index payment_live on payment (booking_id) where status in ('PENDING', 'REQUIRES_ACTION', 'CAPTURED', 'PARTIALLY_REFUNDED');
create index payment_by_booking on payment (booking_id, created_at desc);
create index payment_by_user on payment (user_id, created_at desc, id desc);

-- Money that goes back. cause says what asked for it: the same cause gives back once.
create table refund (
    id              text collate "C" primary key,
    payment_id      text collate "C" not null references payment,
    amount          bigint           not null check (amount > 0),
    currency        text             not null,
    reason          text             not null check (reason in ('BOOKING_CANCELLED', 'PAID_TOO_LATE', 'ORGANIZER', 'EVENT_CANCELLED')),
    cause           text collate "C" not null,
    status          text             not null check (status in ('PENDING', 'SUCCEEDED', 'FAILED')),
    requested_by    text collate "C",
    idempotency_key text collate "C" check (char_length(idempotency_key) between 8 and 200),
    request_hash    bytea,
    attempts        int              not null default 0, -- tries that did not succeed
    last_error      text,
    created_at      timestamptz      not null,
    completed_at    timestamptz,
    constraint refund_once unique (payment_id, cause),
    constraint refund_completed check ((completed_at is not null) = (status = 'SUCCEEDED')),
    constraint refund_request check ((requested_by is null) = (idempotency_key is null) and (requested_by is null) = (request_hash is null))
);
create unique index refund_by_key on refund (requested_by, idempotency_key) where requested_by is not null;

-- The ledger: accounts, and transfers between two of them. A transfer has both its legs in one row, so no half of one can exist.
create table ledger_account (
    code     text collate "C" primary key,
    kind     text             not null check (kind in ('PROVIDER', 'ORGANIZER')),
    owner    text collate "C" not null,
    currency text             not null check (currency ~ '^[A-Z]{3}$'),
    unique (kind, owner, currency),
    unique (code, currency)
);
create table ledger_transfer (
    id         bigint generated always as identity primary key,
    kind       text             not null check (kind in ('CAPTURE', 'REFUND')),
    debit      text collate "C" not null,
    credit     text collate "C" not null,
    amount     bigint           not null check (amount > 0),
    currency   text             not null,
    payment_id text collate "C" not null references payment,
    refund_id  text collate "C" references refund,
    at         timestamptz      not null,
    check (debit <> credit),
    check ((kind = 'REFUND') = (refund_id is not null)),
    foreign key (debit, currency) references ledger_account (code, currency),
    foreign key (credit, currency) references ledger_account (code, currency)
);
create unique index ledger_capture_once on ledger_transfer (payment_id, debit, credit) where kind = 'CAPTURE';
create unique index ledger_refund_once on ledger_transfer (refund_id, debit, credit) where kind = 'REFUND';
create index ledger_by_debit on ledger_transfer (debit, at);
create index ledger_by_credit on ledger_transfer (credit, at);

-- The two legs of each transfer, debits positive: the entries of a transfer sum to zero.
create view ledger_entry as
    select id as transfer_id, kind, debit as account, amount, currency, payment_id, refund_id, at from ledger_transfer
    union all
    select id, kind, credit, -amount, currency, payment_id, refund_id, at from ledger_transfer;

-- +goose StatementBegin
create function append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;
-- +goose StatementEnd
create trigger ledger_transfer_append_only before update or delete on ledger_transfer for each row execute function append_only();
