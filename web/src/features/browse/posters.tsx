import { Cover } from "@/components/cover/cover";

const posters = [
  { id: "poster-3", category: "theatre", place: "right-44 top-10 -rotate-12" },
  { id: "poster-9", category: "live-music", place: "right-0 top-14 rotate-[10deg]" },
  { id: "poster-5", category: "food-drink", place: "right-[5.5rem] top-2 -rotate-2 z-10" },
];

/** Three posters on the wall, drawn as the covers are; decoration for wide screens. */
export function Posters() {
  return (
    <div
      aria-hidden="true"
      className="absolute top-12 right-[max(2rem,calc(50%-35.5rem))] hidden h-72 w-96 lg:block"
    >
      {posters.map(({ id, category, place }) => (
        <Cover
          key={id}
          id={id}
          category={category}
          className={`absolute h-60 w-44 rounded-xl border-4 border-white/90 shadow-[0_24px_48px_-12px_rgb(0_0_0/0.7)] ${place}`}
        />
      ))}
    </div>
  );
}
