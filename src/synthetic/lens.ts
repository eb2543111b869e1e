/** Blurs linear RGB (width × height × 3) as an unsharp lens does: a Gaussian, edges repeated. */
export function defocus(picture: Float32Array, width: number, height: number, sigmaPx: number): void {
  if (sigmaPx <= 0) return;
  const reach = Math.max(1, Math.ceil(sigmaPx * 3));
  const kernel = Float32Array.from({ length: reach * 2 + 1 }, (_, tap) =>
    Math.exp(-((tap - reach) ** 2) / (2 * sigmaPx * sigmaPx)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  for (let tap = 0; tap < kernel.length; tap++) kernel[tap] = kernel[tap]! / sum;
  const line = new Float32Array(Math.max(width, height) * 3);
  for (let y = 0; y < height; y++) blurLine(picture, y * width * 3, 3, width, kernel, line);
  for (let x = 0; x < width; x++) blurLine(picture, x * 3, width * 3, height, kernel, line);
}

function blurLine(
  picture: Float32Array,
  start: number,
  stride: number,
  count: number,
  kernel: Float32Array,
  line: Float32Array,
): void {
  const reach = (kernel.length - 1) / 2;
  for (let place = 0; place < count; place++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let tap = 0; tap < kernel.length; tap++) {
      const from = start + Math.min(count - 1, Math.max(0, place + tap - reach)) * stride;
      const weight = kernel[tap]!;
      red += picture[from]! * weight;
      green += picture[from + 1]! * weight;
      blue += picture[from + 2]! * weight;
    }
    line[place * 3] = red;
    line[place * 3 + 1] = green;
    line[place * 3 + 2] = blue;
  }
  for (let place = 0; place < count; place++) {
    const to = start + place * stride;
    picture[to] = line[place * 3]!;
    picture[to + 1] = line[place * 3 + 1]!;
    picture[to + 2] = line[place * 3 + 2]!;
  }
}

/** Smears linear RGB evenly along a way of (dx, dy) pixels, centred, and gives the smeared picture. */
export function smear(
  picture: Float32Array,
  width: number,
  height: number,
  dx: number,
  dy: number,
): Float32Array {
  const steps = Math.ceil(Math.hypot(dx, dy));
  if (steps < 1) return picture;
  const out = new Float32Array(picture.length);
  const taps = steps + 1;
  for (let tap = 0; tap < taps; tap++) {
    const shiftX = Math.round((tap / steps - 0.5) * dx);
    const shiftY = Math.round((tap / steps - 0.5) * dy);
    for (let y = 0; y < height; y++) {
      const fromRow = Math.min(height - 1, Math.max(0, y + shiftY)) * width;
      for (let x = 0; x < width; x++) {
        const from = (fromRow + Math.min(width - 1, Math.max(0, x + shiftX))) * 3;
        const to = (y * width + x) * 3;
        out[to] = out[to]! + picture[from]! / taps;
        out[to + 1] = out[to + 1]! + picture[from + 1]! / taps;
        out[to + 2] = out[to + 2]! + picture[from + 2]! / taps;
      }
    }
  }
  return out;
}
