"""The XMP packet (ISO 16684-1). All dates are one fixed date: the same design gives the same bytes."""

from uuid import UUID
from xml.sax.saxutils import escape

FIXED_DATE = "D:20260101000000Z"
_ISO_DATE = "2026-01-01T00:00:00Z"
_PDFX = "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>"


def build_xmp(title: str, subject: str, document_id: UUID, *, is_pdfx: bool) -> bytes:
    """Return the packet; with `is_pdfx`, it says that the file is PDF/X-4 (ISO 15930-7, 6.11)."""
    version = _PDFX if is_pdfx else ""
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(subject)}</rdf:li></rdf:Alt></dc:description>
<xmp:CreateDate>{_ISO_DATE}</xmp:CreateDate><xmp:ModifyDate>{_ISO_DATE}</xmp:ModifyDate>
<xmp:MetadataDate>{_ISO_DATE}</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:{document_id}</xmpMM:DocumentID><xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass><pdf:Producer>Customify</pdf:Producer>
<pdf:Trapped>False</pdf:Trapped>{version}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()
