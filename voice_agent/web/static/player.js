// The sound of one call: two lanes with the evidence marked, speed, skipping of silence, and who must know the position.
const STYLES = getComputedStyle(document.documentElement);
const colour = (name) => STYLES.getPropertyValue(name).trim();
const TINTS = { bad: "--bad", warn: "--warn", good: "--good", none: "--none" };

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds * 10)) / 10;
  return `${Math.floor(whole / 60)}:${(whole % 60).toFixed(1).padStart(4, "0")}`;
}

function lanes(count) {
  const names = count === 2 ? ["--caller", "--agent"] : ["--agent"];
  return names.map((name) => ({ waveColor: colour(name), progressColor: colour("--played"), height: 124 / count }));
}

// The bytes of one lane follow those of the other.
function unpack(text, count) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const points = bytes.length / count;
  return Array.from({ length: count }, (_, lane) => Float32Array.from(bytes.subarray(lane * points, (lane + 1) * points), (byte) => byte / 255));
}

export class Player {
  // holder: the element with data-audio, data-peaks; talk: [{start, end}] of everything that is said;
  // unheard: [{start, end, kind, text}] of what was not recorded or is nobody's own time.
  constructor(holder, talk, unheard = []) {
    this.holder = holder;
    this.talk = talk;
    this.unheard = unheard;
    this.skipping = false;
    this.watchers = [];
    this.marks = [];
    this.selection = null;
    this.media = holder.querySelector("audio");
  }

  async start() {
    const answer = await fetch(this.holder.dataset.peaks, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(await answer.text());
    const peaks = await answer.json();
    this.lanes = peaks.lanes;
    // Only now: rendering the sound would keep the server from what has to be seen first.
    this.media.preload = "metadata";
    this.regions = WaveSurfer.Regions.create();
    this.wave = WaveSurfer.create({
      container: "#wave", media: this.media, peaks: unpack(peaks.data, peaks.lanes), duration: peaks.duration,
      splitChannels: lanes(peaks.lanes), cursorColor: colour("--bad"), cursorWidth: 2, normalize: true,
      cspNonce: this.holder.dataset.nonce, plugins: [this.regions], dragToSeek: false,
    });
    this.wave.on("timeupdate", (time) => this.moved(time));
    this.wave.on("interaction", (time) => this.moved(time));
    this.regions.on("region-clicked", (region, event) => { event.stopPropagation(); if (region.id.startsWith("finding-")) this.picked?.(region.id); this.seek(region.start); });
    this.regions.enableDragSelection({ color: this.tint("warn") });
    this.regions.on("region-created", (region) => { if (!/^(finding|unheard)-/.test(region.id)) this.select(region); });
    return new Promise((done) => this.wave.once("ready", () => { this.showUnheard(); done(); }));
  }

  showUnheard() {
    for (const [place, one] of this.unheard.entries()) this.regions.addRegion({
      id: `unheard-${place}`, start: one.start, end: one.end, drag: false, resize: false, content: one.end - one.start > 3 ? one.text : undefined,
      color: this.tint(one.kind === "missing" ? "bad" : "none", one.kind === "missing" ? 22 : 14),
    });
  }

  tint(kind, strength = 30) {
    return `color-mix(in srgb, ${colour(TINTS[kind])} ${strength}%, transparent)`;
  }

  // Evidence of several findings overlaps: only what is looked at stands out.
  highlight(finding) {
    for (const region of this.marks) {
      const own = region.id.split("-")[1] === String(finding);
      region.setOptions({ color: this.tint(region.kind, own ? 38 : 9) });
    }
  }

  // evidence: [{finding, start, end, channel, kind}]
  show(evidence) {
    for (const region of this.marks) region.remove();
    this.marks = evidence.map((one, place) => Object.assign(this.regions.addRegion({
      id: `finding-${one.finding}-${place}`, start: one.start, end: Math.max(one.end, one.start + 0.15), drag: false, resize: false,
      color: this.tint(one.kind, 9), channelIdx: this.lanes === 2 && one.channel !== "mixed" ? (one.channel === "caller" ? 0 : 1) : -1,
    }), { kind: one.kind }));
  }

  select(region) {
    if (this.selection && this.selection !== region) this.selection.remove();
    this.selection = region;
  }

  seek(seconds) {
    this.wave.setTime(Math.min(Math.max(0, seconds), this.wave.getDuration()));
    this.moved(this.wave.getCurrentTime());
  }

  speed(rate) {
    this.wave.setPlaybackRate(rate, true);
  }

  toggle() {
    return this.wave.playPause();
  }

  moved(time) {
    if (this.skipping && this.wave.isPlaying()) this.leap(time);
    for (const watcher of this.watchers) watcher(time, this.wave.getDuration());
  }

  // Jump to shortly before the next words when nobody speaks for another second and a half.
  leap(time) {
    if (this.talk.some((one) => one.start <= time + 0.3 && time < one.end + 0.3)) return;
    const next = this.talk.filter((one) => one.start > time).sort((a, b) => a.start - b.start)[0];
    if (next && next.start - time > 1.5) this.wave.setTime(next.start - 0.3);
  }
}
