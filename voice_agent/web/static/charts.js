// Charts from the tables beneath them: the table holds the figures and the links, so both always say the same.
const STYLES = getComputedStyle(document.documentElement);
const colour = (name) => STYLES.getPropertyValue(name).trim();
const NAMES = { good: "--good", bad: "--bad", warn: "--warn", none: "--line-strong", accent: "--agent", gap: "--gap" };

function readTable(table) {
  const rows = [...table.tBodies[0].rows].filter((row) => row.dataset.label);
  return rows.map((row) => ({ label: row.dataset.label, link: row.dataset.link, values: JSON.parse(row.dataset.values), title: row.dataset.title }));
}

const axisText = () => ({ color: colour("--ink-soft"), fontFamily: colour("--font") });
const splitLine = () => ({ lineStyle: { color: colour("--line") } });

function valueAxis(chart) {
  const percent = chart.unit === "%";
  return { type: "value", min: chart.min ?? 0, max: percent ? 100 : undefined, axisLabel: { ...axisText(), formatter: percent ? "{value}%" : "{value}" }, splitLine: splitLine() };
}

function labelAxis(labels, flat) {
  return { type: "category", data: labels, inverse: flat, axisLabel: { ...axisText(), interval: flat ? 0 : "auto" }, axisTick: { show: false }, axisLine: splitLine() };
}

function series(chart, rows) {
  return chart.series.map((one, place) => ({
    name: one.name, type: one.type ?? "bar", stack: chart.stack ? "all" : undefined, barMaxWidth: 22, symbolSize: 7, connectNulls: false,
    itemStyle: { color: colour(NAMES[one.colour]) }, lineStyle: { width: 2.5 }, cursor: "pointer",
    data: rows.map((row) => row.values[place]),
  }));
}

function draw(holder) {
  const chart = JSON.parse(holder.dataset.chart);
  const rows = readTable(document.getElementById(chart.table));
  // Every bar is named: the chart grows with them.
  if (chart.flat) holder.style.height = `${rows.length * 30 + 60}px`;
  const labels = labelAxis(rows.map((row) => row.label), chart.flat);
  const values = valueAxis(chart);
  const canvas = echarts.init(holder, null, { renderer: "canvas" });
  canvas.setOption({
    animation: false, textStyle: { fontFamily: colour("--font") }, aria: { enabled: false },
    grid: { left: 8, right: 24, top: chart.series.length > 1 ? 36 : 14, bottom: 4, containLabel: true },
    legend: chart.series.length > 1 ? { top: 0, textStyle: axisText() } : undefined,
    // A tooltip of HTML would need inline styles, which the page's policy forbids.
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, formatter: (points) => rows[points[0].dataIndex].title },
    xAxis: chart.flat ? values : labels, yAxis: chart.flat ? labels : values, series: series(chart, rows),
  });
  canvas.on("click", (point) => { if (rows[point.dataIndex].link) location.assign(rows[point.dataIndex].link); });
  new ResizeObserver(() => canvas.resize()).observe(holder);
  holder.dataset.ready = String(rows.length);
}

for (const holder of document.querySelectorAll("[data-chart]")) draw(holder);
