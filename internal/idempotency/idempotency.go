// Package idempotency makes a repeated request take effect once. A client names a request with a key of its choice; the first request
// with a key writes a row in the transaction of its effects and puts its answer there; a later one finds the row and gets the same
// answer. Two at the same time: the second waits on the row's unique index until the first has committed (then it gets that answer) or
// rolled back (then it is the first). A refused request rolls its row back too: the same key may be tried again.
//
//	scope   the operation and who asks, for example "holdSeats usr_…": two users may choose the same key
//	key     the client's key
//	hash    a digest of the request without its key (Hash): another request under a known key is refused
//	answer  what the caller needs to answer again, usually the id of what was made
package idempotency

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/errs"
	"marquee/internal/pg"
)

// KeyReused is the code of a request whose key belongs to another request.
const KeyReused errs.Code = "IDEMPOTENCY_KEY_REUSED"

// Keep is how long an answer is remembered at the least.
const Keep = 72 * time.Hour

// Hash returns the digest of a request: any value that encoding/json writes the same way each time.
func Hash(request any) ([]byte, error) {
	raw, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	return sum[:], nil
}

// Once does a request in a transaction of its own under the claim's key, or not at all when that was done before: then the answer is the
// first one's, and again is true. The claim's own Answer is not looked at. A request that do refuses leaves the key free. do takes its
// locks after the key's, which may wait for another transaction, and must use nothing but its transaction: those who wait for the key may
// have all other connections.
// Errors: those of do, IDEMPOTENCY_KEY_REUSED for another hash.
func Once(ctx context.Context, db pg.Beginner, c Claim, do func(tx pgx.Tx) (answer []byte, err error)) (answer []byte, again bool, err error) {
	err = pg.InTx(ctx, db, func(tx pgx.Tx) error {
		c.Answer, again = nil, false
		first, err := RecordMany(ctx, tx, []Claim{c})
		if err != nil {
			return err
		}
		if again = !first[0]; again {
			answer, err = Replay(ctx, tx, c.Scope, c.Key, c.Hash)
			return err
		}
		if answer, err = do(tx); err != nil {
			return err
		}
		if answer == nil {
			answer = []byte{}
		}
		_, err = tx.Exec(ctx, "update idempotency set answer = $3 where scope = $1 and key = $2", c.Scope, c.Key, answer)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return answer, again, nil
}

// Claim is a key with its request and the answer it will have.
type Claim struct {
	Scope, Key   string
	Hash, Answer []byte
}

// RecordMany claims the keys of many requests of one transaction, no two with the same scope and key, with the answers that they will
// have. It should be the transaction's first statement: it may wait for another transaction and must hold no other lock then. claimed
// tells, for each, whether it is the first; for the others Replay has the answer. Rows are written in the order of their keys, so that two transactions that share
// several keys cannot wait for each other in a circle.
func RecordMany(ctx context.Context, tx pgx.Tx, claims []Claim) (claimed []bool, err error) {
	var scopes, keys []string
	var hashes, answers [][]byte
	for _, c := range claims {
		if c.Answer == nil {
			c.Answer = []byte{}
		}
		scopes, keys, hashes, answers = append(scopes, c.Scope), append(keys, c.Key), append(hashes, c.Hash), append(answers, c.Answer)
	}
	rows, err := tx.Query(ctx, `insert into idempotency (scope, key, request_hash, answer)
		select s, k, h, a from unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) u(s, k, h, a) order by s collate "C", k collate "C"
		on conflict do nothing returning scope, key`, scopes, keys, hashes, answers)
	if err != nil {
		return nil, err
	}
	type name struct{ scope, key string }
	first := map[name]bool{}
	var n name
	if _, err := pgx.ForEachRow(rows, []any{&n.scope, &n.key}, func() error { first[n] = true; return nil }); err != nil {
		return nil, err
	}
	claimed = make([]bool, len(claims))
	for i, c := range claims {
		claimed[i] = first[name{c.Scope, c.Key}]
	}
	return claimed, nil
}

// Release takes claims of the transaction back, because their requests were refused while others of it succeed.
func Release(ctx context.Context, tx pgx.Tx, claims []Claim) error {
	var scopes, keys []string
	for _, c := range claims {
		scopes, keys = append(scopes, c.Scope), append(keys, c.Key)
	}
	_, err := tx.Exec(ctx, `delete from idempotency where (scope, key) in (select s, k from unnest($1::text[], $2::text[]) u(s, k))`, scopes, keys)
	return err
}

// Replay returns the answer under a key that is known to be taken. Errors: IDEMPOTENCY_KEY_REUSED for another hash, CONFLICT when the
// key was forgotten just now.
func Replay(ctx context.Context, db pg.DB, scope, key string, hash []byte) ([]byte, error) {
	var first, answer []byte
	err := db.QueryRow(ctx, "select request_hash, answer from idempotency where scope = $1 and key = $2", scope, key).
		Scan(&first, &answer)
	if errors.Is(err, pgx.ErrNoRows) {
		// Forgotten between the two statements.
		return nil, errs.New(errs.Conflict, "This request is being repeated just now; try again.")
	}
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, hash) {
		return nil, errs.New(KeyReused, "This idempotency key was used with another request.").At("input", "idempotencyKey")
	}
	return answer, nil
}

// Forget deletes rows older than keep, some thousand at a time so that no lock is held for long.
func Forget(ctx context.Context, db pg.DB, keep time.Duration) error {
	const some = 5000
	for {
		tag, err := db.Exec(ctx, `delete from idempotency where (scope, key) in
			(select scope, key from idempotency where at < now() - make_interval(secs => $1) limit $2)`, keep.Seconds(), some)
		if err != nil || tag.RowsAffected() < some {
			return pg.Translate(err)
		}
	}
}
