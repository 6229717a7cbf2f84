-- +goose Up
create table category (
    id   text collate "C" primary key,
    slug text collate "C" not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name text             not null check (char_length(name) between 1 and 100)
);
create unique index category_slug_key on category (slug);

-- Places. sort_key and city_key are folded (lower case, no accents) so that order and comparison do not depend on the server's locale;
-- words are the folded words of name, address and city, for search.
create table venue (
    id         text collate "C" primary key,
    name       text             not null check (char_length(name) between 1 and 200),
    address    text             not null check (char_length(address) <= 300),
    city       text             not null check (char_length(city) between 1 and 100),
    country    text collate "C" not null check (country ~ '^[A-Z]{2}$'),
    latitude   double precision check (latitude between -90 and 90),
    longitude  double precision check (longitude between -180 and 180),
    created_by text collate "C", -- null: part of the installation
    created_at timestamptz      not null,
    sort_key   text collate "C" not null,
    city_key   text collate "C" not null,
    words      text[]           not null,
    search     tsvector         not null generated always as (array_to_tsvector(words)) stored,
    check ((latitude is null) = (longitude is null))
);
create index venue_by_name on venue (sort_key, id);
create index venue_by_city on venue (city_key);
create index venue_search on venue using gin (search);

-- Events. published_at tells whether the public ever saw it; words are the folded words of title, summary, venue and city.
create table event (
    id            text collate "C" primary key,
    slug          text collate "C" not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title         text             not null check (char_length(title) between 1 and 200),
    summary       text             not null check (char_length(summary) <= 300),
    description   text             not null check (char_length(description) <= 20000),
    status        text             not null check (status in ('DRAFT', 'PUBLISHED', 'CANCELLED')),
    format        text             not null check (format in ('IN_PERSON', 'ONLINE', 'HYBRID')),
    starts_at     timestamptz      not null,
    ends_at       timestamptz      not null check (ends_at > starts_at),
    time_zone     text             not null,
    venue_id      text collate "C" references venue (id),
    category_id   text collate "C" not null references category (id),
    cover_url     text check (cover_url ~ '^https://'),
    organizer_id  text collate "C" not null,
    version       int              not null check (version >= 1),
    created_at    timestamptz      not null,
    updated_at    timestamptz      not null,
    published_at  timestamptz,
    cancelled_at  timestamptz,
    cancel_reason text             not null default '' check (char_length(cancel_reason) <= 500),
    words         text[]           not null,
    search        tsvector         not null generated always as (array_to_tsvector(words)) stored,
    check ((format = 'ONLINE') = (venue_id is null)),
    check ((status = 'CANCELLED') = (cancelled_at is not null)),
    check (status = 'CANCELLED' or (status = 'PUBLISHED') = (published_at is not null))
);
create unique index event_slug_key on event (slug);
create index event_by_start on event (starts_at, id) where status = 'PUBLISHED';
create index event_by_creation on event (created_at desc, id desc) where status = 'PUBLISHED';
create index event_by_category on event (category_id, starts_at, id) where status = 'PUBLISHED';
create index event_by_venue on event (venue_id, starts_at, id) where status = 'PUBLISHED';
create index event_by_organizer on event (organizer_id, created_at desc, id desc);
create index event_search on event using gin (search);

create table ticket_type (
    id            text collate "C" primary key,
    event_id      text collate "C" not null references event (id) on delete cascade,
    position      int              not null check (position >= 0),
    name          text             not null check (char_length(name) between 1 and 100),
    description   text             not null check (char_length(description) <= 500),
    price_amount  bigint           not null check (price_amount between 0 and 1000000000),
    currency      text collate "C" not null check (currency ~ '^[A-Z]{3}$'),
    capacity      int              not null check (capacity between 1 and 1000000),
    sales_start   timestamptz,
    sales_end     timestamptz,
    min_per_order int              not null check (min_per_order >= 1),
    max_per_order int              not null check (max_per_order between min_per_order and 100),
    check (sales_end > sales_start)
);
create index ticket_type_by_event on ticket_type (event_id, price_amount, position);

-- Every word that some event has: what a misspelt search word is compared with. Words only ever join.
create table search_word (
    word text collate "C" primary key
);

-- Similarity of words needs the extension pg_trgm, which comes with PostgreSQL. Where it may not be created, search goes without typos.
-- +goose StatementBegin
do $$
begin
    create extension if not exists pg_trgm;
    create index search_word_by_trigram on search_word using gin (word gin_trgm_ops);
exception
    when insufficient_privilege or undefined_file or feature_not_supported then
        raise notice 'pg_trgm cannot be created: %; search will not forgive typos', sqlerrm;
end
$$;
-- +goose StatementEnd
