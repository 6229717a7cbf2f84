package store

import (
	"time"

	"marquee/internal/errs"
	"marquee/internal/page"
)

// place is where a list by time and id goes on; both are nil at its start.
type place struct {
	at *time.Time
	id *string
}

// position reads the cursor of a list by time and id.
func position(args page.Args) (place, error) {
	if args.After == nil {
		return place{}, nil
	}
	text, isText := args.String(0)
	id, hasID := args.String(1)
	at, err := time.Parse(time.RFC3339Nano, text)
	if !isText || !hasID || err != nil {
		return place{}, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
	}
	return place{&at, &id}, nil
}
