-- name: SetEventRules :batchexec
update event set capacity = sqlc.narg(capacity), per_person_limit = sqlc.narg(per_person_limit), questions = @questions where id = @id;

-- name: SetTicketRules :batchexec
update ticket_type
set kind = @kind, visibility = @visibility, per_person_limit = sqlc.narg(per_person_limit), max_per_admission = sqlc.narg(max_per_admission)
where id = @id;
