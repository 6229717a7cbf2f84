import { Button, ButtonLink } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { useI18n } from "@/lib/i18n/i18n";
import type { Refused } from "./use-reserve";

/** What the buttons of a refusal do. */
export interface WaysOn {
  /** Ticket types that can be added where an admission is missing. */
  admissions: readonly { id: string; name: string }[];
  /** Where other events are. */
  elsewhere: string;
  takeInstead: (typeId: string) => void;
  add: (typeId: string) => void;
  /** Looks again at what is left; the order is cut down to it. */
  takeFewer: () => void;
  enterCode: () => void;
  again: () => void;
}

/** Why nothing was held, in the server's words, with the best thing to do next as buttons. */
export function Refusal({ refusals, ways }: { refusals: readonly Refused[]; ways: WaysOn }) {
  const { say, format } = useI18n();
  const messages = [...new Set(refusals.map(({ message }) => message))];
  const actions = new Set(refusals.map(({ nextAction }) => nextAction));
  const alternatives = new Map(
    refusals.flatMap(({ alternatives: others }) => others.map((other) => [other.id, other.name] as const)),
  );
  const dates = new Map(
    refusals.flatMap(({ otherDates }) => otherDates.map((date) => [date.id, date] as const)),
  );
  const hasSeats = refusals.some(({ code }) => code === "SEAT_TAKEN" || code === "SEAT_NOT_FOUND");
  return (
    <Notice kind="bad" className="mx-5 mb-4">
      {messages.map((message) => (
        <p key={message}>{message}</p>
      ))}
      <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
        {(actions.has("TRY_FEWER") || actions.has("CHANGE_QUANTITY") || hasSeats) && (
          <Button size="small" onClick={ways.takeFewer}>
            {say(hasSeats ? "sale.otherSeats" : "sale.takeFewer")}
          </Button>
        )}
        {[...alternatives].map(([id, name]) => (
          <Button key={id} size="small" onClick={() => ways.takeInstead(id)}>
            {say("sale.takeInstead", { name })}
          </Button>
        ))}
        {[...dates.values()].map(({ id, slug, startsAt, timeZone }) => (
          <ButtonLink key={id} size="small" to={`/events/${slug}`}>
            {say("series.take", {
              day: format.day(startsAt, timeZone),
              time: format.time(startsAt, timeZone),
            })}
          </ButtonLink>
        ))}
        {actions.has("ADD_ADMISSION") &&
          ways.admissions.slice(0, 3).map(({ id, name }) => (
            <Button key={id} size="small" onClick={() => ways.add(id)}>
              {say("sale.add", { name })}
            </Button>
          ))}
        {actions.has("ENTER_CODE") && (
          <Button size="small" onClick={ways.enterCode}>
            {say("sale.otherCode")}
          </Button>
        )}
        {actions.has("NEW_KEY") && (
          <Button size="small" onClick={ways.again}>
            {say("common.tryAgain")}
          </Button>
        )}
        {actions.has("OTHER_DATES") && dates.size === 0 && (
          <ButtonLink size="small" to={ways.elsewhere}>
            {say("sale.otherEvents")}
          </ButtonLink>
        )}
      </div>
    </Notice>
  );
}
