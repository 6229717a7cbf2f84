-- +goose Up
-- People with an account. email is lower-cased before it comes here; with collation "C" lower() concerns ASCII alone, which is
-- exactly what the check can promise.
create table account (
    id            text collate "C" primary key,
    name          text             not null check (char_length(name) between 1 and 100),
    email         text collate "C" not null check (char_length(email) between 3 and 254 and email = lower(email)),
    password_hash text, -- argon2id in its encoded form; null: nobody can log in with a password
    roles         text[]           not null check (roles <@ array['USER', 'EVENT_MANAGER', 'ADMIN'] and 'USER' = any (roles)),
    created_at    timestamptz      not null
);
create unique index account_email_key on account (email);
create index account_by_age on account (created_at desc, id desc);

-- Sessions: a session is a family of refresh tokens. generation is that of the newest tokens; only those may be exchanged, and for a
-- short grace after rotated_at those of the generation before.
create table session (
    id         text collate "C" primary key,
    user_id    text collate "C" not null references account (id) on delete cascade,
    generation int              not null check (generation >= 1),
    created_at timestamptz      not null,
    rotated_at timestamptz      not null,
    expires_at timestamptz      not null check (expires_at > created_at),
    ended_at   timestamptz,
    end_reason text check (end_reason in ('LOGGED_OUT', 'TOKEN_REUSED')),
    check ((ended_at is null) = (end_reason is null))
);
create index session_by_user on session (user_id);
create index session_by_expiry on session (expires_at);

-- Refresh tokens by the SHA-256 of their 256 random bits; the tokens themselves are nowhere.
create table refresh_token (
    hash       bytea            primary key check (octet_length(hash) = 32),
    session_id text collate "C" not null references session (id) on delete cascade,
    generation int              not null check (generation >= 1),
    created_at timestamptz      not null
);
create index refresh_token_by_session on refresh_token (session_id);
create index refresh_token_by_age on refresh_token (created_at);

-- Ed25519 keys that sign access tokens. All are published; the newest whose signs_from has come signs. A key that is to replace
-- another is added with signs_from some minutes ahead, so that everybody has fetched it before it is used.
create table signing_key (
    id          text collate "C" primary key,
    public_key  bytea       not null check (octet_length(public_key) = 32),
    private_key bytea       not null check (octet_length(private_key) = 32), -- the seed of RFC 8032
    created_at  timestamptz not null,
    signs_from  timestamptz not null
);
