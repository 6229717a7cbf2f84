package graph

import (
	"context"
	"time"

	"marquee/internal/viewer"
	"marquee/subgraphs/payments/internal/graph/generated"
	"marquee/subgraphs/payments/internal/payment"
)

func (r *invoiceResolver) URL(_ context.Context, obj *payment.Invoice) (string, error) {
	return r.Files.URL(obj), nil
}

func (r *mutationResolver) RunReconciliation(ctx context.Context) (*payment.ReconciliationReport, error) {
	return r.Domain.RunReconciliation(ctx, viewer.From(ctx))
}

func (r *queryResolver) Invoices(ctx context.Context, bookingID string) ([]*payment.Invoice, error) {
	return r.Domain.Invoices(ctx, viewer.From(ctx), bookingID)
}

func (r *queryResolver) MyTransactions(ctx context.Context, filter *payment.TransactionFilter, first int, after *string) (*payment.TransactionConnection, error) {
	return r.Domain.MyTransactions(ctx, viewer.From(ctx), filter, first, after)
}

func (r *queryResolver) OrganizerTransactions(ctx context.Context, filter *payment.TransactionFilter, first int, after *string) (*payment.TransactionConnection, error) {
	return r.Domain.OrganizerTransactions(ctx, viewer.From(ctx), filter, first, after)
}

func (r *queryResolver) PayoutReport(ctx context.Context, from, before time.Time, organizerID *string) ([]*payment.PayoutReport, error) {
	return r.Domain.PayoutReport(ctx, viewer.From(ctx), from, before, organizerID)
}

func (r *queryResolver) ReconciliationReport(ctx context.Context) (*payment.ReconciliationReport, error) {
	return r.Domain.ReconciliationReport(ctx, viewer.From(ctx))
}

func (r *Resolver) Invoice() generated.InvoiceResolver { return &invoiceResolver{r} }

type invoiceResolver struct{ *Resolver }
