import type { Tone } from "@/components/ui/badge";
import type { EventStatus } from "@/gql/graphql";
import type { Phrase } from "@/lib/i18n/i18n";

/** How each status of an event looks and reads. */
export const eventStates: Record<EventStatus, { tone: Tone; name: Phrase }> = {
  DRAFT: { tone: "warn", name: "event.draft" },
  PUBLISHED: { tone: "ok", name: "manage.onSale" },
  CANCELLED: { tone: "bad", name: "event.cancelled" },
};
