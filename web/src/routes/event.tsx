import { useParams } from "react-router";
import { EventPage } from "@/features/event/event-page";

export function Component() {
  const { slug = "" } = useParams();
  return <EventPage key={slug} slug={slug} />;
}
