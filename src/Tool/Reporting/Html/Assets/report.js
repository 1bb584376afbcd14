'use strict';
(async () => {
  const text = document.getElementById('timeline-data');
  const canvas = document.getElementById('view');
  const readout = document.getElementById('readout');
  // Without these the drawing of the whole trace stays, which needs no script.
  if (!text || !canvas || typeof DecompressionStream === 'undefined') return;

  // ---- What the page holds: numbers in seven bits a byte, then planes of bytes.
  const packed = Uint8Array.from(atob(text.textContent.trim()), c => c.charCodeAt(0));
  const raw = new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer());
  let at = 0;
  const number = () => {
    let value = 0, scale = 1, byte;
    do { byte = raw[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte & 128);
    return value;   // not by shifts: those end at 32 bits
  };
  const headLength = number();
  const head = JSON.parse(new TextDecoder().decode(raw.subarray(at, at + headLength)));
  at += headLength;
  const { duration, count, words, goroutines } = head;
  const SLOTS = 4, UNKNOWN = 3, ALONE = 4;
  const rows = head.rows.map(r => {
    const shares = [];
    for (let s = 0; s < SLOTS; s++, at += count) shares.push(raw.subarray(at, at + count));
    const who = new Int32Array(count);
    for (let i = 0; i < count; i++) who[i] = number();
    return { ...r, levels: [{ shares, who }], segments: [] };
  });
  for (const [from, to] of head.segments) {
    for (const row of rows) {
      const n = number(), start = new Float64Array(n), end = new Float64Array(n), what = new Float64Array(n);
      let time = from;
      for (let i = 0; i < n; i++) { start[i] = time += number(); end[i] = time += number(); what[i] = number(); }
      row.segments.push({ from, to, start, end, what });
    }
  }
  // Coarser and coarser sums of pairs. What is there stays above zero.
  for (const row of rows) {
    for (let fine = row.levels[0]; fine.who.length > 256; fine = row.levels[row.levels.length - 1]) {
      const n = fine.who.length >> 1;
      const shares = fine.shares.map(s => { const sum = new Uint8Array(n); for (let i = 0; i < n; i++) sum[i] = (s[2 * i] + s[2 * i + 1] + 1) >> 1; return sum; });
      const who = new Int32Array(n);
      for (let i = 0; i < n; i++) {
        const a = fine.who[2 * i], b = fine.who[2 * i + 1];
        const x = fine.shares[0][2 * i], y = fine.shares[0][2 * i + 1];
        who[i] = a === b || x > 2 * y ? a : y > 2 * x ? b : 0;
      }
      row.levels.push({ shares, who });
    }
  }
  const { hogs, handoffs, steals, pauses, windows } = head.marks;
  const isHog = new Set(hogs.map(h => h[5]));
  const rare = [...hogs.map(h => [h[2], h[4]]), ...handoffs.map(h => [h[1], h[1]]), ...windows.map(w => [w[2], w[3]])].sort((a, b) => a[0] - b[0]);

  // ---- Where things stand.
  const LEFT = 64, AXIS = 20, STRIP = windows.length ? 18 : 0, GAP = 5;
  const isOne = new Set(rows.map(r => r.scheduler)).size <= 1;
  let bottom = AXIS + STRIP;
  for (const row of rows) { row.top = bottom; row.height = row.isP ? 28 : 16; bottom += row.height + GAP; }
  const pauseTop = bottom;
  const height = bottom + (pauses.length ? 14 + GAP : 0) + 2;
  const view = { from: 0, to: duration };
  let width = 800, cursor = null, selected = 0, color = {}, hatch = null;
  const pen = canvas.getContext('2d');
  const x = time => LEFT + (time - view.from) / (view.to - view.from) * (width - LEFT);
  const timeAt = px => view.from + (px - LEFT) / (width - LEFT) * (view.to - view.from);
  const perPixel = () => (view.to - view.from) / (width - LEFT);

  // ---- How numbers are said.
  const digits = v => { const a = Math.abs(v); return a < 9.995 ? String(Math.round(v * 100) / 100) : a < 99.95 ? String(Math.round(v * 10) / 10) : String(Math.round(v)); };
  const length = ns => ns < 999.5 ? `${Math.round(ns)} ns` : ns < 999.5e3 ? `${digits(ns / 1e3)} us` : ns < 999.5e6 ? `${digits(ns / 1e6)} ms` : `${digits(ns / 1e9)} s`;
  const moment = (ns, step) => `${(ns / 1e9).toFixed(Math.min(9, Math.max(3, Math.ceil(-Math.log10(Math.max(1, step) / 1e9)))))} s`;
  const name = g => {
    if (!g) return '';
    const label = goroutines.names[g - 1], site = goroutines.sites[goroutines.siteOf[g - 1]];
    return `G${goroutines.ids[g - 1]}${label ? ` "${label}"` : ''}${site ? ` (${site})` : ''}`;
  };
  const short = g => g ? `G${goroutines.ids[g - 1]}${goroutines.names[g - 1] ? ' ' + goroutines.names[g - 1] : ''}` : '';

  function readColors() {
    const style = getComputedStyle(document.documentElement);
    const of = v => style.getPropertyValue(v).trim();
    color = { kinds: ['--running', '--syscall', '--spinning', '--unknown', '--hog', '--hasp', '--nop'].map(of),
      hog: of('--hog'), text: of('--text'), dim: of('--dim'), line: of('--line'), card: of('--card'), back: of('--back'), mark: of('--mark'), pause: of('--pause'), window: of('--window') };
    const tile = document.createElement('canvas');
    tile.width = tile.height = 6;
    const p = tile.getContext('2d');
    p.strokeStyle = color.kinds[UNKNOWN];
    p.beginPath(); p.moveTo(0, 6); p.lineTo(6, 0); p.stroke();
    hatch = pen.createPattern(tile, 'repeat');
  }
  const paintOf = (kind, g) => kind === UNKNOWN ? hatch : kind === 0 && isHog.has(g) ? color.hog : color.kinds[kind];

  // The first span that ends after a moment.
  const firstAfter = (ends, time) => { let low = 0, high = ends.length; while (low < high) { const m = (low + high) >> 1; if (ends[m] > time) high = m; else low = m + 1; } return low; };

  const segmentOf = row => row.segments.find(s => s.from <= view.from && s.to >= view.to);

  function levelFor(row) {
    const finest = duration / count;
    let level = 0;
    while (level + 1 < row.levels.length && finest * 2 ** (level + 1) <= perPixel()) level++;
    return { ...row.levels[level], step: finest * 2 ** level };
  }

  // ---- Drawing: span by span where there is room for them; where many share a pixel, only their sums tell the truth.
  function drawSpans(row, segment) {
    const base = row.top + row.height;
    let lastRight = -1, lastKind = -1;
    for (let i = firstAfter(segment.end, view.from); i < segment.start.length && segment.start[i] < view.to; i++) {
      const kind = segment.what[i] % 8, g = Math.floor(segment.what[i] / 8);
      const left = Math.max(LEFT, x(segment.start[i])), right = Math.min(width, x(segment.end[i]));
      if (right < lastRight && kind === lastKind) continue;
      const w = Math.max(1, right - left), h = kind === 2 || kind === 5 || kind === 6 ? row.height * 0.55 : row.height;
      pen.fillStyle = paintOf(kind, g);
      pen.fillRect(left, base - h, w > 4 ? w - 1 : w, h);
      [lastRight, lastKind] = [Math.floor(left) + 1, kind];
      if (w > 44 && g && kind !== ALONE) label(short(g), left, right, base, row.height, kind, g);
    }
  }
  function label(said, left, right, base, h, kind, g) {
    pen.save();
    pen.beginPath(); pen.rect(left + 2, base - h, right - left - 6, h); pen.clip();
    pen.fillStyle = kind === 1 || kind === 2 || kind === 6 ? '#1a1d21' : document.documentElement.dataset.theme === 'dark' || (kind === 0 && isHog.has(g)) || kind === ALONE ? '#10151c' : '#ffffff';
    pen.textAlign = 'left';
    pen.fillText(said, left + 4, base - h / 2 + 4);
    pen.restore();
  }
  function drawSums(row, level) {
    const base = row.top + row.height, { shares, who, step } = level;
    const first = Math.max(0, Math.floor(view.from / step)), last = Math.min(who.length - 1, Math.floor(view.to / step));
    for (let i = first; i <= last; i++) {
      const left = Math.max(LEFT, Math.floor(x(i * step))), right = Math.max(left + 1, Math.min(width, Math.floor(x((i + 1) * step))));
      let y = base;
      for (let s = 0; s < SLOTS; s++) {
        const share = shares[s][i];
        if (!share) continue;
        const h = Math.min(y - row.top, Math.max(1, share / 255 * row.height));
        pen.fillStyle = paintOf(row.kinds[s], who[i]);
        pen.fillRect(left, y - h, right - left, h);
        y -= h;
      }
    }
  }
  function drawAxis() {
    const room = Math.max(2, Math.floor((width - LEFT) / 110));
    const rough = (view.to - view.from) / room, unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(m => m * unit).find(s => s >= rough);
    pen.textAlign = 'center';
    for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) {
      const px = Math.round(x(t)) + 0.5;
      pen.strokeStyle = color.line; pen.beginPath(); pen.moveTo(px, AXIS - 4); pen.lineTo(px, height); pen.stroke();
      pen.fillStyle = color.dim;
      if (px > LEFT + 20 && px < width - 30) pen.fillText(moment(t, step), px, 13);
    }
  }
  function draw() {
    const ratio = window.devicePixelRatio || 1;
    width = Math.max(320, canvas.parentElement.clientWidth);
    canvas.style.height = `${height}px`;
    canvas.style.width = `${width}px`;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = '11px system-ui, "Noto Sans", sans-serif';
    pen.fillStyle = color.back; pen.fillRect(0, 0, width, height);
    for (const row of rows) { pen.fillStyle = color.card; pen.fillRect(LEFT, row.top, width - LEFT, row.height); }
    drawAxis();
    rows.forEach((row, i) => {
      pen.textAlign = 'right'; pen.fillStyle = i === selected && cursor !== null ? color.text : color.dim;
      pen.fillText(isOne ? row.label : `${row.label}/${row.scheduler}`, LEFT - 6, row.top + row.height / 2 + 4);
      const segment = segmentOf(row);
      if (segment && firstAfter(segment.end, view.to) - firstAfter(segment.end, view.from) < 2 * (width - LEFT)) drawSpans(row, segment);
      else drawSums(row, levelFor(row));
    });
    drawMarks();
    canvas.dataset.from = Math.round(view.from); canvas.dataset.to = Math.round(view.to);
  }
  function drawMarks() {
    const seen = t => t >= view.from && t <= view.to;
    for (const [p, m, from, held, to, g] of hogs) {
      pen.fillStyle = color.hog;
      if (p >= 0 && held >= view.from && from <= view.to) { const l = Math.max(LEFT, x(from)); pen.fillRect(l, rows[p].top + rows[p].height - 4, Math.max(3, Math.min(width, x(held)) - l), 6); }
      // Its name, also where sums are drawn that have none.
      const place = m >= 0 && to > held ? [rows[m], held, to] : p >= 0 ? [rows[p], from, held] : null;
      if (place && place[2] >= view.from && place[1] <= view.to) {
        const l = Math.max(LEFT, x(place[1])), r = Math.min(width, x(place[2]));
        if (r - l > 44) label(short(g), l, r, place[0].top + place[0].height, place[0].height, ALONE, g);
      }
      if (m >= 0 && to > held && to >= view.from && held <= view.to) { const l = Math.max(LEFT, x(held)); pen.fillRect(l, rows[m].top + rows[m].height - 3, Math.max(3, Math.min(width, x(to)) - l), 4); }
    }
    pen.fillStyle = color.mark;
    const drawn = new Set();
    const wedge = (row, time, down) => {
      const px = Math.round(x(time)), key = `${row} ${px} ${down}`;
      if (!seen(time) || drawn.has(key)) return;
      drawn.add(key);
      const y = down ? rows[row].top - 4 : rows[row].top + rows[row].height + 4, d = down ? 5 : -5;
      pen.beginPath(); pen.moveTo(px - 3.5, y); pen.lineTo(px + 3.5, y); pen.lineTo(px, y + d); pen.fill();
    };
    for (const h of handoffs) wedge(h[0], h[1], true);
    for (const s of steals) wedge(s[0], s[1], false);
    if (pauses.length) {
      pen.textAlign = 'right'; pen.fillStyle = color.dim; pen.fillText(words.pauses, LEFT - 6, pauseTop + 11);
      pen.fillStyle = color.pause;
      for (const [from, to] of pauses) if (to >= view.from && from <= view.to) { const l = Math.max(LEFT, x(from)); pen.fillRect(l, pauseTop, Math.max(2, Math.min(width, x(to)) - l), 12); }
    }
    pen.textAlign = 'left';
    for (const [id, , from, to] of windows) {
      if (to < view.from || from > view.to) continue;
      const l = Math.max(LEFT, x(from)), r = Math.max(l + 3, Math.min(width - 1, x(to)));
      pen.strokeStyle = color.window; pen.lineWidth = 1.5; pen.strokeRect(l, AXIS, r - l, pauseTop - AXIS); pen.lineWidth = 1;
      pen.fillStyle = color.window; pen.fillText(id, Math.min(l + 4, width - 46), AXIS + 13);
    }
    if (cursor !== null && seen(cursor)) {
      pen.strokeStyle = color.text; pen.setLineDash([4, 3]);
      pen.beginPath(); pen.moveTo(x(cursor), AXIS); pen.lineTo(x(cursor), height); pen.stroke(); pen.setLineDash([]);
    }
  }
  let isAsked = false;
  const redraw = () => { if (isAsked) return; isAsked = true; requestAnimationFrame(() => { isAsked = false; draw(); }); };

  // ---- What is at a point.
  function tell(row, time) {
    const near = 4 * perPixel(), said = [];
    for (const h of hogs) if ((h[0] === row && time >= h[2] - near && time <= h[3] + near) || (h[1] === row && time >= h[3] - near && time <= h[4] + near)) { said.push(`${words.hog}: ${name(h[5])}, ${length(h[4] - h[2])}`); break; }
    for (const h of handoffs) if (h[0] === row && Math.abs(h[1] - time) <= near) { said.push(`${words.handoff} M${h[2]}${h[3] > 1 ? `, ${h[3]} ${words.times}` : ''}`); break; }
    for (const s of steals) if (s[0] === row && Math.abs(s[1] - time) <= near) { said.push(`${words.steal} P${s[2]}${s[3] > 1 ? `, ${s[3]} ${words.times}` : ''}`); break; }
    for (const p of pauses) if (time >= p[0] - near && time <= p[1] + near) { said.push(`${p[2] ? words.collection : words.pause}, ${length(p[1] - p[0])}`); break; }
    const r = rows[row], segment = segmentOf(r);
    if (segment) {
      const i = firstAfter(segment.end, time);
      if (i < segment.start.length && segment.start[i] <= time) {
        const kind = segment.what[i] % 8, g = Math.floor(segment.what[i] / 8);
        said.unshift(`${name(g)} ${words.kinds[kind]}, ${length(segment.end[i] - segment.start[i])}`.trim());
      } else said.unshift(r.isP ? words.idle : words.parked);
    } else {
      const level = levelFor(r), i = Math.min(level.who.length - 1, Math.max(0, Math.floor(time / level.step)));
      const parts = r.kinds.map((k, s) => [k, level.shares[s][i]]).filter(p => p[1] > 0).map(p => `${words.kinds[p[0]]} ${p[1] < 3 ? '< 1' : Math.round(p[1] / 2.55)} %`);
      said.unshift((parts.join(', ') || (r.isP ? words.idle : words.parked)) + (level.who[i] ? `, ${words.mostly} ${name(level.who[i])}` : '') + ` (${words.summed} ${length(level.step)})`);
    }
    return `${r.label}, ${moment(time, perPixel())}: ${said.join('; ')}`;
  }
  function say() {
    const range = `${moment(view.from, perPixel() * 10)} ${words.to} ${moment(view.to, perPixel() * 10)} (${length(view.to - view.from)})`;
    readout.textContent = cursor === null || !rows.length ? range : `${tell(selected, cursor)} · ${range}`;
  }

  // ---- Moving.
  const SMALLEST = 200;
  function show(from, to) {
    const span = Math.min(duration, Math.max(SMALLEST, to - from));
    view.from = Math.min(Math.max(0, from), duration - span);
    view.to = view.from + span;
    redraw(); say();
  }
  const zoom = (factor, around) => { const t = around ?? cursor ?? (view.from + view.to) / 2; show(t - (t - view.from) * factor, t + (view.to - t) * factor); };
  const pan = part => { const d = (view.to - view.from) * part; show(view.from + d, view.to + d); };
  const fit = () => show(0, duration);
  function jump(forth) {
    const here = cursor !== null && cursor >= view.from && cursor <= view.to ? cursor : (view.from + view.to) / 2, eps = (view.to - view.from) * 1e-6;
    const next = forth ? rare.find(r => r[0] > here + eps) : rare.findLast(r => r[0] < here - eps);
    if (!next) return;
    cursor = next[0];
    const span = Math.max((next[1] - next[0]) * 1.5, Math.min(view.to - view.from, duration / 20));
    show(next[0] - span / 4, next[0] + span * 3 / 4);
  }
  const rowAt = y => rows.findIndex(r => y >= r.top - 2 && y < r.top + r.height + GAP - 2);

  let drag = null;
  canvas.addEventListener('pointerdown', e => { drag = { x: e.offsetX, from: view.from, to: view.to, moved: false }; canvas.setPointerCapture(e.pointerId); });
  canvas.addEventListener('pointermove', e => {
    if (drag) {
      drag.moved ||= Math.abs(e.offsetX - drag.x) > 3;
      const d = (drag.x - e.offsetX) / (width - LEFT) * (drag.to - drag.from);
      if (drag.moved) show(drag.from + d, drag.to + d);
      return;
    }
    const row = rowAt(e.offsetY);
    if (row < 0 || e.offsetX < LEFT) return;
    [selected, cursor] = [row, timeAt(e.offsetX)];
    redraw(); say();
  });
  canvas.addEventListener('pointerup', e => {
    if (drag && !drag.moved && STRIP && e.offsetY >= AXIS && e.offsetY < AXIS + STRIP) {
      const t = timeAt(e.offsetX), hit = windows.find(w => t >= w[2] - 50 * perPixel() && t <= w[3]);
      if (hit) location.hash = hit[0];
    }
    drag = null;
  });
  canvas.addEventListener('pointercancel', () => { drag = null; });
  canvas.addEventListener('dblclick', e => zoom(0.25, timeAt(e.offsetX)));
  canvas.addEventListener('wheel', e => {
    // Without a key the wheel scrolls the page, unless the timeline was chosen.
    if (!e.ctrlKey && !e.metaKey && document.activeElement !== canvas) return;
    e.preventDefault();
    if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) pan((e.deltaX || e.deltaY) / 1000);
    else zoom(Math.exp(Math.sign(e.deltaY) * Math.min(0.5, Math.abs(e.deltaY) / 250)), timeAt(Math.max(LEFT, e.offsetX)));
  }, { passive: false });
  canvas.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const move = by => { cursor = cursor === null ? (view.from + view.to) / 2 : cursor; selected = Math.min(rows.length - 1, Math.max(0, selected + by)); redraw(); say(); };
    const keys = {
      '+': () => zoom(0.5), '=': () => zoom(0.5), w: () => zoom(0.5), '-': () => zoom(2), s: () => zoom(2),
      ArrowLeft: () => pan(-0.2), a: () => pan(-0.2), ArrowRight: () => pan(0.2), d: () => pan(0.2), PageUp: () => pan(-0.9), PageDown: () => pan(0.9),
      ArrowUp: () => move(-1), ArrowDown: () => move(1), '0': fit, f: fit, n: () => jump(true), p: () => jump(false),
      Home: () => show(0, view.to - view.from), End: () => show(duration - (view.to - view.from), duration), Escape: () => { cursor = null; redraw(); say(); },
    };
    if (!keys[e.key]) return;
    e.preventDefault();
    keys[e.key]();
  });
  const on = (id, act) => document.getElementById(id).addEventListener('click', act);
  on('zoom-in', () => zoom(0.5)); on('zoom-out', () => zoom(2)); on('left', () => pan(-0.5)); on('right', () => pan(0.5));
  on('fit', fit); on('next', () => jump(true)); on('previous', () => jump(false));
  for (const link of document.querySelectorAll('a.show')) {
    link.addEventListener('click', e => {
      e.preventDefault();
      const from = Number(link.dataset.from), to = Number(link.dataset.to), margin = Math.max(1000, (to - from) / 8);
      cursor = from;
      show(from - margin, to + margin);
      document.getElementById('timeline').scrollIntoView({ block: 'start' });
      canvas.focus({ preventScroll: true });
    });
  }
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const recolor = () => { document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light'; readColors(); redraw(); };
  dark.addEventListener('change', recolor);
  window.addEventListener('resize', redraw);
  document.documentElement.classList.add('live');
  recolor(); draw(); say();
  document.documentElement.dataset.ready = 'true';
})();
