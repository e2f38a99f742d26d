// Pictures are drawn by uPlot: it is kept up, 20 KB by Brotli where Observable Plot brings 80 and ECharts 300, knows time axes
// and zones, redraws a year of hours within a frame as the slider moves, and sets styles through the CSSOM alone. Plot writes
// a <style> element into each picture, which our Content-Security-Policy forbids.
import { html, LitElement, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { language } from "../shared/words.js";
import { timesOf } from "./axis.js";

export interface Line {
  label: string;
  values: (number | null)[];
  as: "bars" | "line" | "steps";
}

/** What is drawn: over times (wall clock, as if UTC, in ms) or over names. */
export interface Drawing {
  title: string;
  xs: number[];
  /** Of each x, where they are no times. */
  names?: string[];
  lines: Line[];
  /** A moment that is pointed at. */
  mark?: number;
  format?: (value: number) => string;
}

const COLOURS = ["--line-1", "--line-2", "--line-3", "--line-4"];
const HEIGHT = 240;
/** Pixels that a time needs below the axis. */
const TIME_WIDTH = 75;
/** Names longer than that stand aslant, cut. */
const NAME_LENGTH = 14;

const WHOLE = Array.from({ length: 10 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat();

@customElement("ts-chart")
export class Chart extends LitElement {
  @property({ attribute: false }) drawing!: Drawing;
  #plot: uPlot | undefined;
  #watch: ResizeObserver | undefined;
  readonly #scheme = matchMedia("(prefers-color-scheme: dark)");
  readonly #redraw = () => this.#draw();

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#scheme.addEventListener("change", this.#redraw);
    this.#watch = new ResizeObserver(() => this.#plot?.setSize({ width: this.clientWidth, height: HEIGHT }));
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#scheme.removeEventListener("change", this.#redraw);
    this.#watch?.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get("drawing");
    // a mark that moves needs no new picture
    if (before !== undefined && this.#plot !== undefined && before.xs === this.drawing.xs && before.lines === this.drawing.lines)
      this.#plot.redraw(false);
    else this.#draw();
  }

  #draw(): void {
    this.#plot?.destroy();
    const { drawing } = this;
    const data = [drawing.names === undefined ? drawing.xs.map((x) => x / 1000) : drawing.xs, ...drawing.lines.map((l) => l.values)];
    this.#plot = new uPlot(this.#options(), data as uPlot.AlignedData, this.querySelector<HTMLElement>("div") as HTMLElement);
  }

  #options(): uPlot.Options {
    const { drawing } = this;
    const style = getComputedStyle(this);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const font = `12px ${style.fontFamily}`;
    const shared = { stroke: colour("--quiet"), font, grid: { stroke: colour("--faint"), width: 1 }, ticks: { stroke: colour("--faint") } };
    const isLong = drawing.names?.some((n) => n.length > 5) ?? false;
    const bars = uPlot.paths.bars?.({ size: [0.8, 60] });
    return {
      width: this.clientWidth,
      height: HEIGHT,
      legend: { show: drawing.lines.length > 1, live: false },
      cursor: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: {
        x: drawing.names === undefined ? { time: true } : { time: false, range: [-0.6, drawing.xs.length - 0.4] },
        y: { range: (_, __, max) => [0, Math.max(max * 1.05, 1)] },
      },
      axes: [
        drawing.names === undefined
          ? { ...shared, space: TIME_WIDTH, values: (_, splits, __, ___, step) => timesOf(splits, step) }
          : {
              ...shared,
              grid: { show: false },
              splits: () => drawing.xs,
              values: (_, splits) => splits.map((i) => short(drawing.names?.[i] ?? "")),
              ...(isLong ? { rotate: -35, size: 80 } : {}),
            },
        {
          ...shared,
          // what is counted has no halves
          ...(drawing.format === undefined ? { incrs: WHOLE } : {}),
          values: (_, splits) => splits.map((v) => (drawing.format ?? plain)(v)),
        },
      ],
      series: [
        {},
        ...drawing.lines.map((line, i): uPlot.Series => {
          const stroke = colour(COLOURS[i % COLOURS.length] as string);
          return {
            label: line.label,
            stroke,
            width: 2,
            points: { show: line.as === "line" && line.values.length < 60 },
            ...(line.as === "bars" && bars !== undefined ? { fill: stroke, paths: bars } : {}),
            ...(line.as === "steps" && uPlot.paths.stepped !== undefined ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
          };
        }),
      ],
      hooks: { draw: [(plot) => this.#point(plot, colour("--accent"))] },
    };
  }

  #point(plot: uPlot, colour: string): void {
    const { mark } = this.drawing;
    if (mark === undefined) return;
    const x = Math.round(plot.valToPos(mark / 1000, "x", true));
    plot.ctx.fillStyle = colour;
    plot.ctx.fillRect(x - 1, plot.bbox.top, 2, plot.bbox.height);
  }

  protected override render() {
    return html`<div></div>`;
  }
}

const plain = (value: number) => new Intl.NumberFormat(language, { notation: "compact" }).format(value);
const short = (name: string) => (name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name);
