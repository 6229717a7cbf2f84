-- +goose Up
-- The sandbox provider's own books, apart from the platform's as a real provider's would be: nothing outside package sandbox touches them.
create schema sandbox;

-- One charge an idempotency key. A key that was abandoned before any charge came has a row with an empty request_hash.
create table sandbox.charge (
    key            text collate "C" primary key,
    request_hash   bytea       not null,
    amount         bigint      not null check (amount >= 0),
    currency       text        not null,
    brand          text        not null,
    last_four      text        not null,
    description    text        not null,
    state          text        not null check (state in ('PENDING', 'REQUIRES_ACTION', 'CAPTURED', 'DECLINED')),
    decline_reason text,
    decides_at     timestamptz, -- when a PENDING charge is captured
    challenge      text unique, -- the unguessable part of the 3-D Secure page's address
    return_url     text        not null,
    refunded       bigint      not null default 0 check (refunded between 0 and amount),
    created_at     timestamptz not null,
    check (refunded = 0 or state = 'CAPTURED'),
    check ((decline_reason is not null) = (state = 'DECLINED')),
    check ((decides_at is not null) or state <> 'PENDING'),
    check ((challenge is not null) or state <> 'REQUIRES_ACTION')
);

create table sandbox.refund (
    key        text collate "C" primary key,
    charge_key text collate "C" not null references sandbox.charge,
    amount     bigint           not null check (amount > 0),
    created_at timestamptz      not null
);
create index refund_by_charge on sandbox.refund (charge_key);

-- What happened, in order; never changed. moved is how much money came (positive) or went back (negative).
create table sandbox.log (
    seq        bigint generated always as identity primary key,
    at         timestamptz      not null,
    what       text             not null
        check (what in ('PENDING', 'REQUIRES_ACTION', 'CAPTURED', 'DECLINED', 'ABANDONED', 'REFUNDED')),
    charge_key text collate "C" not null,
    refund_key text collate "C",
    moved      bigint           not null,
    currency   text             not null,
    check ((what = 'REFUNDED') = (refund_key is not null)),
    check (moved = 0 or what in ('CAPTURED', 'REFUNDED'))
);
create index log_by_charge on sandbox.log (charge_key, seq);
create trigger log_append_only before update or delete on sandbox.log for each row execute function append_only();
