/** One line of a chart: what it is called, and its values at each size of the fleet. */
export type Series = { readonly name: string; readonly values: readonly number[]; readonly isBound?: boolean };
export type Panel = {
  readonly title: string;
  readonly unit: string;
  readonly sizes: readonly number[];
  readonly series: readonly Series[];
};

type Theme = { readonly paper: string; readonly ink: string; readonly grid: string; readonly lines: readonly string[] };

export const THEMES: Readonly<Record<"light" | "dark", Theme>> = {
  light: { paper: "#ffffff", ink: "#24292f", grid: "#d0d7de", lines: ["#0969da", "#bc4c00", "#1a7f37"] },
  dark: { paper: "#0d1117", ink: "#e6edf3", grid: "#30363d", lines: ["#58a6ff", "#f0883e", "#3fb950"] },
};

const [WIDTH, HEIGHT] = [430, 250];
const PLOT = { left: 62, top: 46, right: 24, bottom: 56 };
const DECADE_LABELS = 8;

/** Draws panels, two a row, over the sizes of a fleet; both axes are logarithmic. */
export function drawChart(panels: readonly Panel[], theme: Theme): string {
  const rows = Math.ceil(panels.length / 2);
  const drawn = panels.map((panel, i) => {
    const [x, y] = [(i % 2) * WIDTH, Math.floor(i / 2) * HEIGHT];
    return `<g transform="translate(${x} ${y})">${drawPanel(panel, theme)}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${rows * HEIGHT}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="${theme.ink}">` +
    `<rect width="100%" height="100%" fill="${theme.paper}"/>${drawn.join("\n")}</svg>\n`
  );
}

function drawPanel({ title, unit, sizes, series }: Panel, theme: Theme): string {
  const all = series.flatMap(({ values }) => values).filter((value) => value > 0);
  const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)) + 1e-9)];
  const [first, last] = [Math.log10(sizes[0] ?? 1), Math.log10(sizes.at(-1) ?? 10)];
  const x = (size: number) => scale(Math.log10(size), first, last, PLOT.left, WIDTH - PLOT.right);
  const y = (value: number) =>
    scale(Math.log10(Math.max(value, 10 ** low)), low, Math.max(high, low + 1), HEIGHT - PLOT.bottom, PLOT.top);
  const step = Math.ceil((high - low) / DECADE_LABELS) || 1;
  const decades = Array.from({ length: Math.max(high - low, 1) + 1 }, (_, i) => low + i).filter(
    (_, i) => i % step === 0,
  );
  return [
    `<text x="${PLOT.left}" y="18" font-weight="600">${title}</text>`,
    `<text x="${PLOT.left}" y="34" opacity="0.75">${unit}</text>`,
    ...decades.map(
      (decade) =>
        `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${at(y(10 ** decade))}" y2="${at(y(10 ** decade))}" ` +
        `stroke="${theme.grid}"/>` +
        `<text x="${PLOT.left - 8}" y="${at(y(10 ** decade) + 4)}" text-anchor="end">${label(10 ** decade)}</text>`,
    ),
    ...sizes.map(
      (size) => `<text x="${at(x(size))}" y="${HEIGHT - PLOT.bottom + 18}" text-anchor="middle">${label(size)}</text>`,
    ),
    ...series.map((one, i) =>
      drawSeries(
        one,
        i,
        theme,
        sizes.map((size, k) => [x(size), y(one.values[k] ?? 0)]),
      ),
    ),
  ].join("\n");
}

function drawSeries(
  { name, isBound }: Series,
  i: number,
  theme: Theme,
  points: readonly (readonly number[])[],
): string {
  const color = theme.lines[i % theme.lines.length] ?? theme.ink;
  const path = points.map(([x = 0, y = 0]) => `${at(x)},${at(y)}`).join(" ");
  const dash = isBound ? ' stroke-dasharray="5 4"' : "";
  const legend = PLOT.left + i * 122;
  return (
    `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"${dash}/>` +
    (isBound
      ? ""
      : points.map(([x = 0, y = 0]) => `<circle cx="${at(x)}" cy="${at(y)}" r="3" fill="${color}"/>`).join("")) +
    `<line x1="${legend}" x2="${legend + 18}" y1="${HEIGHT - 14}" y2="${HEIGHT - 14}" stroke="${color}" ` +
    `stroke-width="2"${dash}/><text x="${legend + 23}" y="${HEIGHT - 10}">${name}</text>`
  );
}

function scale(value: number, from: number, to: number, low: number, high: number): number {
  return low + ((value - from) / (to - from)) * (high - low);
}

const at = (pixel: number): string => pixel.toFixed(1);

function label(value: number): string {
  if (value >= 1000) return `${Math.floor(value / 1000)} ${String(value % 1000).padStart(3, "0")}`;
  return value >= 1 ? String(value) : value.toPrecision(1);
}
