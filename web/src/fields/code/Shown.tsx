/** A QR code to be held before a camera: black on white in every theme. */
import { QRCodeSVG } from "qrcode.react";

export default function Shown({ text }: { text: string }) {
  return <QRCodeSVG value={text} size={184} marginSize={3} level="M" title={text} role="img" />;
}
