/** A photo made smaller and stamped at its foot: when, where, by whom. The server decides what counts. */
const LONGEST_SIDE = 2048;
const QUALITY = 0.85;

/** Draw a picture and its stamp; returns JPEG. Throws when the picture cannot be read. */
export async function stamped(picture: Blob | HTMLVideoElement, lines: string[]): Promise<Blob> {
  const source = picture instanceof Blob ? await createImageBitmap(picture) : picture;
  const [wide, high] = sizeOf(source);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(wide, high));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(wide * scale);
  canvas.height = Math.round(high * scale);
  const pen = canvas.getContext("2d")!;
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  if (lines.length) write(pen, lines);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("no picture"))),
      "image/jpeg",
      QUALITY,
    ),
  );
}

function sizeOf(source: ImageBitmap | HTMLVideoElement): [number, number] {
  return source instanceof HTMLVideoElement
    ? [source.videoWidth, source.videoHeight]
    : [source.width, source.height];
}

function write(pen: CanvasRenderingContext2D, lines: string[]) {
  const { width, height } = pen.canvas;
  const size = Math.max(14, Math.round(Math.min(width, height) / 28));
  const gap = Math.round(size * 1.45);
  const band = gap * lines.length + size;
  // Bright and dark pictures both leave it readable.
  pen.fillStyle = "rgba(0, 0, 0, 0.45)";
  pen.fillRect(0, height - band, width, band);
  pen.fillStyle = "#ffffff";
  pen.font = `${size}px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`;
  pen.textBaseline = "top";
  lines.forEach((line, at) =>
    pen.fillText(line, size, height - band + size / 2 + at * gap, width - 2 * size),
  );
}
