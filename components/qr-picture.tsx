/** Owns drawing a QR code: black on white in either theme, since readers expect it so. */

interface QrPictureProps {
  /** Dark or not, row by row, with the light border that readers need. */
  readonly modules: readonly (readonly boolean[])[];
  readonly label: string;
}

/** The code. */
export function QrPicture({ modules, label }: QrPictureProps) {
  const size = modules.length;
  const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
