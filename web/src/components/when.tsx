import { useI18n } from "@/lib/i18n/i18n";

/** The start of an event in the zone of its place: `Fri, 12 Mar · 19:30`. */
export function When({ startsAt, timeZone }: { startsAt: string; timeZone: string }) {
  const { format } = useI18n();
  return (
    <time dateTime={startsAt}>
      {format.day(startsAt, timeZone)} · {format.time(startsAt, timeZone)}
    </time>
  );
}
