/** PDF.js with its worker and its tables for Chinese, all from this server. No code is made of text. */
import {
  getDocument,
  GlobalWorkerOptions,
  type PDFDocumentLoadingTask,
} from "pdfjs-dist/legacy/build/pdf.mjs";
import Work from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?worker";

import { fileAddress, readAsset } from "@/api/files";

/** For documents that name Chinese characters by the codes of their time and hold no font. */
const TABLES = import.meta.glob(
  "/node_modules/pdfjs-dist/cmaps/{Adobe-GB1,Adobe-CNS1,GB,UniGB,UniCNS,ETen}*.bcmap",
  { query: "?url&no-inline", import: "default" },
) as Record<string, () => Promise<string>>;

class ChineseTables {
  async fetch({ name }: { name: string }) {
    const found = TABLES[`/node_modules/pdfjs-dist/cmaps/${name}.bcmap`];
    if (!found) throw new Error(`no table ${name}`);
    return { cMapData: await readAsset(await found()), isCompressed: true };
  }
}

/** Begins to read a document; only the parts that are looked at are fetched. */
export function opened(id: string): PDFDocumentLoadingTask {
  GlobalWorkerOptions.workerPort ??= new Work();
  return getDocument({
    url: fileAddress(id),
    CMapReaderFactory: ChineseTables,
    useWorkerFetch: false,
    useWasm: false,
    isEvalSupported: false,
    enableXfa: false,
    disableAutoFetch: true,
    verbosity: 0,
  });
}
