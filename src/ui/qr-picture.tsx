import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { drawQr, qrSide } from './qr.ts';

/**
 * A QR code in the box that its class sizes, dark on white in every theme:
 * phones do not read the inverse.
 */
export function QrPicture({ text, label, class: className }: { readonly text: string; readonly label: string; readonly class: string }): JSX.Element {
  const { size, path } = useMemo(() => drawQr(text), [text]);
  const box = useRef<HTMLDivElement>(null);
  const [side, setSide] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = (): void => setSide(qrSide(element.clientWidth, size, devicePixelRatio));
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [size]);
  return (
    <div class={`qr ${className}`} ref={box}>
      <svg width={side} height={side} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges" role="img" aria-label={label}>
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
    </div>
  );
}
