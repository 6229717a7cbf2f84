import QrScanner from "qr-scanner";
import { useEffect, useRef, useState } from "react";
import { Notice } from "@/components/ui/notice";
import { useI18n } from "@/lib/i18n/i18n";

/** The same code is not read twice within this time, in milliseconds: it stays in front of the camera for a while. */
const pause = 4_000;

/** Reads QR codes with the camera: by the browser itself where it can, else in a worker. */
export function Camera({ onCode }: { onCode: (code: string) => void }) {
  const { say } = useI18n();
  const video = useRef<HTMLVideoElement>(null);
  const read = useRef(onCode);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    read.current = onCode;
  }, [onCode]);
  useEffect(() => {
    if (!video.current) return;
    let last = "";
    let until = 0;
    const scanner = new QrScanner(
      video.current,
      ({ data }) => {
        if (data === "" || (data === last && Date.now() < until)) return;
        last = data;
        until = Date.now() + pause;
        read.current(data);
      },
      { highlightScanRegion: true, highlightCodeOutline: true, preferredCamera: "environment" },
    );
    scanner.start().catch(() => setFailed(true));
    return () => scanner.destroy();
  }, []);
  if (failed) return <Notice kind="warn">{say("manage.noCamera")}</Notice>;
  return (
    // biome-ignore lint/a11y/useMediaCaption: a picture of what is in front of the camera
    <video
      ref={video}
      aria-label={say("manage.cameraPicture")}
      className="aspect-square w-full rounded-control bg-stage object-cover"
    />
  );
}
