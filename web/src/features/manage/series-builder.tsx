import { useMemo, useState } from "react";
import { useMutation, useQuery } from "urql";
import { Button } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { Dialog } from "@/components/ui/dialog";
import { SelectField, TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import { instantToWall } from "@/lib/format/zone";
import { useI18n } from "@/lib/i18n/i18n";
import { newRule, type RuleDraft, ruleOf, weekdays } from "./series-rule";

const previewQuery = graphql(`
  query PreviewSeries($input: PreviewSeriesInput!) {
    previewSeries(input: $input) {
      dates
      userErrors {
        message
      }
    }
  }
`);

const createMutation = graphql(`
  mutation CreateSeries($input: CreateSeriesInput!) {
    createSeries(input: $input) {
      series {
        id
        dateCount
      }
      userErrors {
        message
      }
    }
  }
`);

/** Makes a series of an event: a rule, the dates that it makes, and those left out. */
export function SeriesBuilder({
  event,
  onClose,
  onDone,
}: {
  event: { id: string; version: number; startsAt: string; timeZone: string };
  onClose: () => void;
  onDone: () => void;
}) {
  const { say, format } = useI18n();
  const wall = instantToWall(event.startsAt, event.timeZone);
  const [draft, setDraft] = useState(() => newRule(wall));
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState("");
  const rule = ruleOf(draft, wall);
  const input = useMemo(
    () => ({ startsAt: event.startsAt, timeZone: event.timeZone, rule }),
    [event.startsAt, event.timeZone, rule],
  );
  const [{ data }] = useQuery({ query: previewQuery, variables: { input } });
  const [{ fetching }, create] = useMutation(createMutation);
  const preview = data?.previewSeries;
  const dates = preview?.dates ?? [];
  const taken = dates.filter((date) => !without.has(date));
  const change = (part: Partial<RuleDraft>) => setDraft((old) => ({ ...old, ...part }));

  const make = async () => {
    setProblem("");
    const exceptions = dates.filter((date) => without.has(date));
    const { data: answer } = await create({
      input: { eventId: event.id, version: event.version, rule, exceptions },
    });
    const wrong = answer?.createSeries.userErrors;
    if (!wrong) return setProblem(say("failure.sentence"));
    if (wrong.length > 0) return setProblem(wrong.map(({ message }) => message).join(" "));
    toast(say("series.made"));
    onDone();
  };
  const wrong = problem || (preview?.userErrors ?? []).map(({ message }) => message).join(" ");

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={say("series.repeat")}
      description={say("series.repeatHint")}
    >
      <div className="mt-4 grid gap-4 sm:grid-cols-2">
        <SelectField
          label={say("series.often")}
          value={draft.frequency}
          onChange={({ target }) => change({ frequency: target.value as RuleDraft["frequency"] })}
        >
          <option value="DAILY">{say("series.daily")}</option>
          <option value="WEEKLY">{say("series.weekly")}</option>
          <option value="MONTHLY">{say("series.monthly")}</option>
        </SelectField>
        <TextField
          label={say("series.every")}
          type="number"
          min={1}
          max={366}
          value={draft.interval}
          onChange={({ target }) => change({ interval: target.value })}
        />
        {draft.frequency === "WEEKLY" && <Days draft={draft} wall={wall} change={change} />}
        {draft.frequency === "MONTHLY" && (
          <SelectField
            label={say("series.which")}
            value={draft.which}
            onChange={({ target }) => change({ which: target.value as RuleDraft["which"] })}
          >
            <option value="day">{say("series.monthDay")}</option>
            <option value="nth">{say("series.monthWeekday")}</option>
            <option value="last">{say("series.lastWeekday")}</option>
          </SelectField>
        )}
        <SelectField
          label={say("series.ends")}
          value={draft.ends}
          onChange={({ target }) => change({ ends: target.value as RuleDraft["ends"] })}
        >
          <option value="count">{say("series.afterDates")}</option>
          <option value="until">{say("series.onDay")}</option>
          <option value="open">{say("series.open")}</option>
        </SelectField>
        {draft.ends === "count" && (
          <TextField
            label={say("series.count")}
            type="number"
            min={1}
            max={1000}
            value={draft.count}
            onChange={({ target }) => change({ count: target.value })}
          />
        )}
        {draft.ends === "until" && (
          <TextField
            label={say("series.until")}
            type="date"
            min={wall.slice(0, 10)}
            value={draft.until}
            onChange={({ target }) => change({ until: target.value })}
          />
        )}
      </div>
      {wrong && (
        <Notice kind="bad" className="mt-4">
          {wrong}
        </Notice>
      )}
      <p role="status" className="mt-5 font-semibold">
        {say("series.preview", { count: taken.length })}
      </p>
      <p className="text-caption text-muted">{say("series.previewHint")}</p>
      <ul className="mt-2 flex max-h-44 flex-wrap gap-1.5 overflow-y-auto">
        {dates.map((date, at) => (
          <li key={date}>
            <button
              type="button"
              disabled={at === 0}
              aria-pressed={!without.has(date)}
              onClick={() =>
                setWithout(
                  (old) =>
                    new Set(old.has(date) ? [...old].filter((other) => other !== date) : [...old, date]),
                )
              }
              className={classes(
                "min-h-9 rounded-control border px-2.5 text-sm tabular-nums",
                without.has(date) ? "text-muted line-through" : "border-brand bg-brand/10",
              )}
            >
              {format.day(date, event.timeZone)}
            </button>
          </li>
        ))}
      </ul>
      <div className="mt-6 flex justify-end gap-3">
        <Button onClick={onClose}>{say("common.cancel")}</Button>
        <Button look="primary" busy={fetching} disabled={taken.length === 0} onClick={() => void make()}>
          {say("series.make", { count: taken.length })}
        </Button>
      </div>
    </Dialog>
  );
}

function Days({
  draft,
  wall,
  change,
}: {
  draft: RuleDraft;
  wall: string;
  change: (part: Partial<RuleDraft>) => void;
}) {
  const { say, format } = useI18n();
  const first = new Date(`${wall}Z`);
  const name = (at: number) => {
    const day = new Date(first.getTime() + (at - first.getUTCDay()) * 86_400_000).toISOString();
    return format.day(day, "UTC").split(",")[0] ?? "";
  };
  return (
    <fieldset className="sm:col-span-2">
      <legend className="mb-1.5 text-sm font-semibold">{say("series.onDays")}</legend>
      <div className="flex flex-wrap gap-1.5">
        {weekdays.map((day, at) => (
          <button
            key={day}
            type="button"
            aria-pressed={draft.days.includes(day)}
            onClick={() =>
              change({
                days: draft.days.includes(day)
                  ? draft.days.filter((other) => other !== day)
                  : [...draft.days, day],
              })
            }
            className={classes(
              "min-h-11 min-w-12 rounded-control border px-2 text-sm font-semibold",
              draft.days.includes(day) ? "border-brand bg-brand/10" : "text-muted",
            )}
          >
            {name(at)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
