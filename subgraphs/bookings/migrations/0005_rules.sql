-- +goose Up
-- What a kind of ticket is, who sees it, and how many one person may have; a null limit is none. A row of kind EVENT is no kind of ticket:
-- its id is the event's, and it counts the admissions of all types together, against the capacity and the limit that they share. It is
-- there once the event has had either. Ids of events come before those of ticket types: it is the first that is locked.
alter table ticket_type
    add column kind              text not null default 'ADMISSION' check (kind in ('ADMISSION', 'ADD_ON', 'EVENT')),
    add column visibility        text not null default 'PUBLIC' check (visibility in ('PUBLIC', 'HIDDEN', 'ACCESS_CODE')),
    add column per_person_limit  int check (per_person_limit >= 1),
    add column max_per_admission int check (max_per_admission >= 1),
    add constraint ticket_type_of_event check ((kind = 'EVENT') = (id = event_id));

-- Whether the event has such a row.
alter table event add column shared boolean not null default false;

-- Whether the hold was extended, which happens once.
alter table booking add column extended boolean not null default false;
