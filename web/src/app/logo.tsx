import { Link } from "react-router";

/** The name under its lights. */
export function Logo() {
  return (
    <Link to="/" className="flex shrink-0 flex-col rounded-md" aria-label="Marquee">
      <span aria-hidden="true" className="bulbs w-[90px]" />
      <span className="font-display text-[1.375rem] leading-6 font-extrabold tracking-tight">Marquee</span>
    </Link>
  );
}
