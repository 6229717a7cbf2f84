package graph

import (
	"context"
	"time"

	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/graph/generated"
	"marquee/subgraphs/events/internal/graph/model"
)

func (r *mutationResolver) CreateSeries(ctx context.Context, input event.CreateSeriesInput) (*model.CreateSeriesPayload, error) {
	series, err := r.Domain.CreateSeries(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.CreateSeriesUserError, model.CreateSeriesErrorCode](err)
	return &model.CreateSeriesPayload{Series: series, UserErrors: wrong}, err
}

func (r *mutationResolver) UpdateSeries(ctx context.Context, input event.UpdateSeriesInput) (*model.UpdateSeriesPayload, error) {
	done, err := r.Domain.UpdateSeries(ctx, viewer.From(ctx), input)
	if done == nil {
		done = &event.SeriesUpdate{}
	}
	wrong, err := errs.UserErrors[model.UpdateSeriesUserError, model.UpdateSeriesErrorCode](err)
	return &model.UpdateSeriesPayload{Series: done.Series, Event: done.Event, Changed: done.Changed, Skipped: done.Skipped, UserErrors: wrong}, err
}

func (r *mutationResolver) SetSeriesRule(ctx context.Context, input event.SetSeriesRuleInput) (*model.SetSeriesRulePayload, error) {
	series, err := r.Domain.SetSeriesRule(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.SetSeriesRuleUserError, model.SetSeriesRuleErrorCode](err)
	return &model.SetSeriesRulePayload{Series: series, UserErrors: wrong}, err
}

func (r *mutationResolver) AddSeriesDate(ctx context.Context, input event.AddSeriesDateInput) (*model.AddSeriesDatePayload, error) {
	series, e, err := r.Domain.AddSeriesDate(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.AddSeriesDateUserError, model.AddSeriesDateErrorCode](err)
	return &model.AddSeriesDatePayload{Series: series, Event: e, UserErrors: wrong}, err
}

func (r *mutationResolver) CancelSeriesDate(ctx context.Context, input event.CancelSeriesDateInput) (*model.CancelSeriesDatePayload, error) {
	series, e, err := r.Domain.CancelSeriesDate(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.CancelSeriesDateUserError, model.CancelSeriesDateErrorCode](err)
	return &model.CancelSeriesDatePayload{Series: series, Event: e, UserErrors: wrong}, err
}

func (r *mutationResolver) PublishSeries(ctx context.Context, input model.PublishSeriesInput) (*model.PublishSeriesPayload, error) {
	series, n, err := r.Domain.PublishSeries(ctx, viewer.From(ctx), input.ID)
	wrong, err := errs.UserErrors[model.PublishSeriesUserError, model.PublishSeriesErrorCode](err)
	return &model.PublishSeriesPayload{Series: series, Published: n, UserErrors: wrong}, err
}

func (r *mutationResolver) CancelSeries(ctx context.Context, input event.CancelSeriesInput) (*model.CancelSeriesPayload, error) {
	series, n, err := r.Domain.CancelSeries(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.CancelSeriesUserError, model.CancelSeriesErrorCode](err)
	return &model.CancelSeriesPayload{Series: series, Cancelled: n, UserErrors: wrong}, err
}

func (r *queryResolver) Series(ctx context.Context, id string) (*event.Series, error) {
	return r.Domain.SeriesByID(ctx, viewer.From(ctx), id)
}

func (r *queryResolver) PreviewSeries(ctx context.Context, input event.PreviewSeriesInput) (*model.SeriesPreview, error) {
	preview, err := r.Domain.PreviewSeries(viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.PreviewSeriesUserError, model.PreviewSeriesErrorCode](err)
	dates := make([]*time.Time, len(preview.Dates))
	for i := range preview.Dates {
		dates[i] = &preview.Dates[i]
	}
	return &model.SeriesPreview{Dates: dates, Endless: preview.Endless, UserErrors: wrong}, err
}

func (r *seriesResolver) Dates(ctx context.Context, obj *event.Series, status *event.Status, startsFrom, startsBefore *time.Time, first int, after *string) (*event.EventConnection, error) {
	f := event.DatesFilter{Status: status, StartsFrom: startsFrom, StartsBefore: startsBefore}
	return r.Domain.Dates(ctx, viewer.From(ctx), obj, f, first, after)
}

func (r *Resolver) Series() generated.SeriesResolver { return &seriesResolver{r} }

type seriesResolver struct{ *Resolver }
