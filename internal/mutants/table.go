package main

// Where the changes are made.
const (
	rules      = "subgraphs/bookings/internal/booking/"
	bookings   = "subgraphs/bookings/internal/store/"
	bookingSQL = "subgraphs/bookings/internal/store/db/"
	seats      = "subgraphs/bookings/migrations/0007_seats.sql"
	stock      = "subgraphs/bookings/migrations/0001_bookings.sql"
	payment    = "subgraphs/payments/internal/payment/"
	payments   = "subgraphs/payments/internal/store/"
	paymentSQL = "subgraphs/payments/internal/store/db/"
)

// Who must notice.
const (
	linearizable = "TestCountersAreLinearizable|TestSeatsAreLinearizable"
	onDatabase   = "TestTheDatabaseDoesWhatTheModelSays"
)

var (
	noLock = edit{bookingSQL + "stock.sql.go", "where id = any($1::text[]) order by id for no key update", "where id = any($1::text[]) order by id"}
	noRow  = edit{bookingSQL + "stock.sql.go", "and (d.held + d.sold <= 0 or t.held + t.sold + d.held + d.sold <= t.capacity)", ""}
)

// simulated is a bug of the rules, which the simulation must notice.
func simulated(name, bug, file, from, to string) mutant {
	return mutant{
		name: name, bug: bug, edits: []edit{{rules + file, from, to}}, pkg: "subgraphs/bookings/internal/simulation",
		tests: "TestTheRulesDoWhatTheModelSays", args: []string{"-simulation.seeds=4000"},
	}
}

// stored is a bug of the store of bookings.
func stored(name, bug, tests string, edits ...edit) mutant {
	return mutant{name: name, bug: bug, edits: edits, pkg: "subgraphs/bookings", tests: tests}
}

// paid is a bug of payments.
func paid(name, bug, tests string, edits ...edit) mutant {
	return mutant{name: name, bug: bug, edits: edits, pkg: "subgraphs/payments", tests: tests, args: []string{"-rapid.nofailfile", "-rapid.shrinktime=1s"}}
}

var mutants = []mutant{
	// Stock.
	stored("no-row-lock", "Stock is read without locking its row.", linearizable+"|TestOnePersonsLimitInACrowd", noLock),
	stored("no-guard", "Neither a lock nor the row nor a constraint keeps the capacity.", "TestACrowdNeverOversells|"+linearizable, noLock, noRow,
		edit{stock, "constraint ticket_type_not_oversold check (held::bigint + sold <= capacity),", ""},
		edit{stock, "constraint ticket_type_shrinks check (capacity = target or capacity = held + sold)", "constraint ticket_type_shrinks check (capacity >= 0)"}),
	simulated("oversell", "An order may want more than is free.", "order.go", "case w.Quantity > s.Free():", "case false:"),
	simulated("oversell-together", "The capacity that types share is not looked at.", "rules.go", "case admissions > free:", "case false:"),
	simulated("count-kept-on-expiry", "A hold that ends does not give its seats back.", "work.go", "w.Stock.each(w.Booking.Items, (*Stock).release)\n", "\n"),
	simulated("seat-freed-while-sold", "Paying for seats gives them back.", "work.go",
		"case fits && b.Status == Held:\n", "case fits && b.Status == Held:\n\t\tw.Stock.freeSeats(b)\n"),
	simulated("sold-hold-expires", "A confirmed booking ends with the time of its hold.", "work.go",
		"b != nil && b.Status == Held && !w.Now.Before(b.ExpiresAt)", "b != nil && b.Status != Expired && b.Status != Cancelled && !w.Now.Before(b.ExpiresAt)"),
	stored("seat-sold-twice", "Every seat is free, and no key keeps two bookings from one.", "TestSeatsAreLinearizable|TestCrowdOnSeats",
		edit{rules + "hall.go", `return h.taken[seatID] == ""`, "return true"},
		edit{seats, "seat_id        text collate \"C\" primary key references seat (id),", "seat_id        text collate \"C\" not null references seat (id),"},
		edit{seats, "create unique index ticket_seat_once on ticket (seat_id) where seat_id is not null and status <> 'VOID';", ""}),
	simulated("late-seats", "Late money takes seats that others have by now.", "rules.go", "len(i.Seats) > 0 && !h.allFree(i.Seats)", "len(i.Seats) > 0 && false && !h.allFree(i.Seats)"),

	// Time.
	simulated("other-clock", "A hold ends by another clock than the one that decides whether it has.", "order.go",
		"ExpiresAt: now.Add(HoldFor)", "ExpiresAt: time.Now().Add(HoldFor)"),
	simulated("lapsed-hold-confirmed", "A hold whose time is up can be confirmed until somebody ends it.", "work.go",
		"*b.EndReason == contract.HoldExpired, b.Status == Held && !w.Now.Before(b.ExpiresAt):", "*b.EndReason == contract.HoldExpired:"),
	simulated("extended-for-ever", "A hold can be extended again and again.", "extend.go", "case b.Extended:", "case false:"),

	// Codes and limits.
	simulated("code-not-counted", "Using a code does not count.", "order.go", "\t\tc.use(o.UserID, 1)\n", ""),
	simulated("code-not-given-back", "A hold that ends keeps its use of a code.", "work.go",
		"w.Stock.freeSeats(w.Booking)\n\tw.useCodes(-1)\n", "w.Stock.freeSeats(w.Booking)\n"),
	stored("code-not-locked", "Codes are read without locking their rows, and the row does not look.", "TestACodeForNBookings|TestCountersAreLinearizable",
		noLock, edit{bookingSQL + "promo.sql.go", "order by p.event_id, p.code for no key update", "order by p.event_id, p.code"},
		edit{bookingSQL + "promo.sql.go", "and (d.uses <= 0 or p.max_uses is null or p.used + d.uses <= p.max_uses)", ""}),
	simulated("limit-sees-one-order", "The limit a person sees only the order at hand.", "rules.go",
		"left := max(*s.PerPersonLimit-t[userID][s.TypeID], 0)", "left := *s.PerPersonLimit"),
	stored("limit-forgets-holds", "The limit a person does not count what is held.", onDatabase+"|TestOnePersonsLimit",
		edit{bookingSQL + "rules.sql.go", "b.status in ('HELD', 'CONFIRMED')", "b.status in ('CONFIRMED')"}),

	// Requests and messages.
	stored("key-ignores-body", "An idempotency key stands for whatever comes with it.", "TestOneKeyManyTimesAtOnce",
		edit{"internal/idempotency/idempotency.go", "sum := sha256.Sum256(raw)", "sum := sha256.Sum256(raw[:0])"}),
	stored("message-beside", "Messages are written in a transaction of their own.", "TestAFailedHoldLeavesNothing",
		edit{bookings + "hold.go", "if err := s.outbox.Publish(ctx, tx, messages...); err != nil {", "if err := pg.InTx(ctx, s.pool, func(own pgx.Tx) error { return s.outbox.Publish(ctx, own, messages...) }); err != nil {"}),
	stored("answered-before-commit", "The answer does not wait for the commit.", linearizable+"|"+onDatabase,
		edit{"internal/pg/pool.go", "return Translate(tx.Commit(ctx))", "go func() { _ = tx.Commit(context.WithoutCancel(ctx)) }()\n\treturn nil"}),
	{
		name: "no-inbox", bug: "A message that comes again takes effect again.", pkg: "internal/outbox", tests: "TestInboxTakesEffectOnce",
		edits: []edit{{"internal/outbox/effect.go", "if first[e.ID] { // else it was handled before", "if true {"}},
	},

	// Money.
	simulated("late-money-kept", "Money that buys nothing any more is not sent back.", "work.go",
		"w.Messages = append(w.Messages, contract.PaymentRejected{BookingID: m.BookingID, PaymentID: m.PaymentID, At: w.Now})", ""),
	simulated("capture-decided-twice", "A capture that is told again is decided again.", "work.go", `if w.outcome(m.PaymentID) != "" {`, "if false {"),
	simulated("wrong-amount-taken", "A payment of another amount buys the booking.", "work.go", "b.Total.Amount == m.Amount && ", ""),
	simulated("lost-dispute-ignored", "What a lost dispute took back stays booked.", "work.go", "if m.Status != contract.DisputeLost || ", "if m.Status == contract.DisputeLost || "),
	paid("refund-asked-anew", "Every try of a refund has a key of its own at the provider.", "TestDeathAfterTheRefund|TestInterleavings",
		edit{payment + "giveback.go", "Key: r.ID, Charge:", "Key: id.New(\"ref\"), Charge:"}),
	paid("refunded-twice", "A cause that comes again gives the money back again, and nothing else looks.", "TestCancelledBookingsGiveBackOnce|TestInterleavings",
		edit{payments + "refund.go", "Cause: o.Cause,", "Cause: o.Cause + o.ID,"},
		edit{payment + "payment.go", "p.Amount.Amount-p.Refunding-p.Disputed", "p.Amount.Amount-p.Disputed"},
		edit{paymentSQL + "payment.sql.go", "and refunding + disputed + $1 <= amount", ""},
		edit{"subgraphs/payments/migrations/0001_payments.sql", "refunded <= refunding and refunding <= amount", "refunded <= refunding"}),
	paid("refund-without-end", "Refunds together may be more than the payment.", "TestParallelRefunds|TestRefundErrors",
		edit{payments + "refund.go", "if o.Amount.Amount > p.Left() {", "if false {"},
		edit{paymentSQL + "payment.sql.go", "and refunding + disputed + $1 <= amount", ""},
		edit{"subgraphs/payments/migrations/0001_payments.sql", "refunded <= refunding and refunding <= amount", "refunded <= refunding"}),
	paid("leg-dropped", "The ledger lacks the platform's fee.", "TestACaptureIsShared|TestInterleavings",
		edit{payment + "ledger.go", "\tts.add(TransferCapture, provider, p.account(AccountPlatform), p.Fee, p, \"\")\n", ""}),
	{
		name: "answer-applied-twice", bug: "A provider's answer that comes again is applied again.", pkg: "subgraphs/payments/internal/payment",
		tests: "TestAnswersInAnyOrder", edits: []edit{{payment + "transition.go", "if !p.Undecided() {", "if false {"}},
	},
}
