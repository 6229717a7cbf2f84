-- +goose Up
-- Everybody a message may go to, and the place where their notifications are numbered. A row without an address was made by a
-- notification that came before the registration.
create table recipient (
    user_id  text collate "C" primary key,
    email    text check (email <> ''),
    name     text   not null default '',
    last_seq bigint not null default 0 check (last_seq >= 0)
);

-- What later messages about a booking may need and do not carry; the newest revision wins.
create table booking_brief (
    booking_id text collate "C" primary key,
    revision   int   not null,
    brief      jsonb not null
);

-- seq numbers the notifications of one person in the order of their commits: it is given under the lock of the recipient's row.
create table notification (
    id         text collate "C" primary key,
    user_id    text collate "C" not null references recipient,
    seq        bigint      not null check (seq > 0),
    kind       text        not null check (kind in ('BOOKING_CONFIRMED', 'BOOKING_CANCELLED', 'PAYMENT_REFUNDED')),
    subject    text collate "C" not null check (subject <> ''),
    title      text        not null,
    body       text        not null,
    booking_id text collate "C",
    event_id   text collate "C",
    facts      jsonb       not null,
    mail_waits boolean     not null default false,
    created_at timestamptz not null,
    read_at    timestamptz,
    constraint notification_once unique (user_id, kind, subject),
    constraint notification_order unique (user_id, seq)
);
create index notification_list on notification (user_id, created_at desc, id desc);
create index notification_unread on notification (user_id, created_at desc, id desc) where read_at is null;
create index notification_waiting on notification (user_id, seq) where mail_waits;

-- The delivery log. round counts how often sending was ordered: a resend starts the next one.
create table message (
    id              text collate "C" primary key,
    notification_id text collate "C" not null references notification,
    user_id         text collate "C" not null,
    channel         text        not null check (channel <> ''),
    status          text        not null check (status in ('QUEUED', 'SENT', 'FAILED')),
    recipient       text        not null check (recipient <> ''),
    subject         text        not null,
    body_text       text        not null,
    body_html       text        not null,
    round           int         not null default 1 check (round > 0),
    attempts        int         not null default 0 check (attempts >= 0),
    failure         text,
    created_at      timestamptz not null,
    sent_at         timestamptz,
    constraint message_once unique (notification_id, channel),
    constraint message_sent check ((status = 'SENT') = (sent_at is not null)),
    constraint message_failed check (status <> 'FAILED' or failure is not null)
);
create index message_list on message (created_at desc, id desc);
create index message_by_user on message (user_id, created_at desc, id desc);
