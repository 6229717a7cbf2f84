-- +goose Up
-- Who sees a kind of ticket, what it is, and how many one person may have. A null limit is none.
alter table ticket_type
    add column kind              text not null default 'ADMISSION' check (kind in ('ADMISSION', 'ADD_ON')),
    add column visibility        text not null default 'PUBLIC' check (visibility in ('PUBLIC', 'HIDDEN', 'ACCESS_CODE')),
    add column per_person_limit  int check (per_person_limit between 1 and 1000000),
    add column max_per_admission int check (max_per_admission between 1 and 100),
    add check (kind = 'ADD_ON' or max_per_admission is null);

-- The same for an event as a whole, and what its organiser asks, as package contract writes it.
alter table event
    add column capacity         int check (capacity between 1 and 1000000),
    add column per_person_limit int check (per_person_limit between 1 and 1000000),
    add column questions        jsonb not null default '[]';
