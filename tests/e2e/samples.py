"""Small files of the kinds that are shown in the browser."""

import io
import zipfile

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(text: str, extra: str = "") -> bytes:
    """Return a Word document of one paragraph; `extra` stands before its XML."""
    body = f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>"
    document = f'{extra}<w:document xmlns:w="{_NAMESPACE}">{body}</w:document>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", document)
    return held.getvalue()


def pdf(text: str) -> bytes:
    """Return a PDF of one page, whose Chinese font lies on the reader's machine."""
    said = f"BT /F1 24 Tf 72 760 Td <{text.encode('utf-16-be').hex()}> Tj ET".encode()
    system = "<< /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(said), said),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [6 0 R] >>",
        f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
        f" /CIDSystemInfo {system} /FontDescriptor 7 0 R >>".encode(),
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    made, places = b"%PDF-1.5\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(parts) + 1
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (count, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (count, table, tail)
