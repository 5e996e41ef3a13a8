// Archives in the browser: a .zip with files as they are, and NumPy's arrays in a .npz, which is a
// .zip of .npy. Formats: PKWARE's APPNOTE, NumPy's NEP 1. Reads what others have compressed, too.
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});
const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;
const MOST_BYTES = 200_000_000; // that an archive may hold, unpacked
const ascii = (text) => new TextEncoder().encode(text);

class ArchiveError extends Error { // its message is a key of the tray's words
  constructor(key, values = {}) {
    super(key);
    this.values = values;
  }
}

function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) sum = CRC[(sum ^ byte) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

function numbers(...fields) { // of [value, how many bytes it takes], little-endian
  return Uint8Array.from(fields.flatMap(([value, size]) =>
    Array.from({ length: size }, (_, at) => Math.floor(value / 256 ** at) & 255)));
}

// {name: Uint8Array} as a .zip.
function zip(files) {
  const parts = [], directory = [];
  let at = 0, length = 0, count = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const path = ascii(name);
    // Version 2.0, names in UTF-8, stored, on the first day that the format knows.
    const head = numbers([20, 2], [0x800, 2], [0, 2], [0, 2], [33, 2], [crc32(bytes), 4],
      [bytes.length, 4], [bytes.length, 4], [path.length, 2], [0, 2]);
    const entry = numbers([CENTRAL, 4], [20, 2]);
    const rest = numbers([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]);
    parts.push(numbers([LOCAL, 4]), head, path, bytes);
    directory.push(entry, head, rest, path);
    at += 4 + head.length + path.length + bytes.length;
    length += entry.length + head.length + rest.length + path.length;
    count++;
  }
  const end = numbers([END, 4], [0, 2], [0, 2], [count, 2], [count, 2], [length, 4], [at, 4], [0, 2]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

// {name: Uint8Array} of a .zip; what is larger than it says, or than fits, is an ArchiveError.
async function unzip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  const files = {};
  let room = MOST_BYTES;
  try {
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left; left--) {
      if (view.getUint32(at, true) !== CENTRAL) throw new RangeError();
      const method = view.getUint16(at + 10, true);
      const packed = view.getUint32(at + 20, true), size = view.getUint32(at + 24, true);
      const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
      const head = view.getUint32(at + 42, true);
      const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name));
      const start = head + 30 + view.getUint16(head + 26, true) + view.getUint16(head + 28, true);
      const content = bytes.subarray(start, start + packed);
      if ((room -= size) < 0) throw new ArchiveError("too large", { most: MOST_BYTES / 1e6 });
      if (content.length < packed || ![0, 8].includes(method)) throw new RangeError();
      files[path] = method ? await inflate(content, size) : content;
      if (files[path].length !== size) throw new RangeError();
      at += 46 + name + extra + comment;
    }
  } catch (error) {
    throw error instanceof ArchiveError ? error : new ArchiveError("no zip");
  }
  return files;
}

async function inflate(bytes, size) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const whole = new Uint8Array(size), reader = stream.getReader();
  for (let at = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return whole.subarray(0, at);
    if (at + value.length > size) throw new RangeError(); // more than it says: a bomb
    whole.set(value, at);
    at += value.length;
  }
}

const KINDS = { "|u1": Uint8Array, "|i1": Int8Array, "<i2": Int16Array, "<i4": Int32Array, "<i8": BigInt64Array };

// {shape, values} as a .npy; values are a typed array.
function npy({ shape, values }) {
  const kind = Object.keys(KINDS).find((it) => values instanceof KINDS[it]);
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  let header = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${sizes}), }`;
  header = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + "\n";
  const start = [...numbers([0x93, 1]), ...ascii("NUMPY"), 1, 0, ...numbers([header.length, 2]), ...ascii(header)];
  const bytes = new Uint8Array(start.length + values.byteLength);
  bytes.set(start);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start.length);
  return bytes;
}

function fromNpy(bytes) {
  const long = bytes[6] > 1, start = long ? 12 : 10;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const Kind = KINDS[/'descr': '([^']+)'/.exec(header)?.[1]];
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1].split(",").filter((it) => it.trim()).map(Number);
  if (!Kind || !shape || header.includes("'fortran_order': True")) throw new ArchiveError("no zip");
  const content = bytes.slice(start + length); // a copy: its numbers begin at a multiple of their size
  if (content.length !== shape.reduce((one, other) => one * other, Kind.BYTES_PER_ELEMENT)) throw new ArchiveError("no zip");
  return { shape, values: new Kind(content.buffer) };
}
