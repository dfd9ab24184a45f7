/** Owns drawing a QR code: black on white in either theme, with the quiet zone that readers need. */

interface QrPictureProps {
  /** Dark or not, row by row. */
  readonly modules: readonly (readonly boolean[])[];
  readonly label: string;
}

/** The quiet zone, in modules (ISO/IEC 18004, 9.1). */
const QUIET = 4;

/** The code. */
export function QrPicture({ modules, label }: QrPictureProps) {
  const size = modules.length + 2 * QUIET;
  const path = modules
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])))
    .join('');
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
