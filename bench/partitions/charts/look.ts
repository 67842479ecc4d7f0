// The common style of the charts: a white background, for dark pages, and colours that colour-blind readers can distinguish.

export const COLOURS = { blue: '#0072b2', orange: '#d55e00', green: '#007a5e', grey: '#6b6b6b' } as const;

export const LOOK = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  background: 'white',
  padding: 16,
  config: {
    font: 'Helvetica, Arial, sans-serif',
    title: { anchor: 'start', fontSize: 16, subtitleFontSize: 12, subtitleColor: '#555555', offset: 14 },
    axis: {
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: 'normal',
      gridColor: '#e6e6e6',
      domainColor: '#999999',
      tickColor: '#999999',
    },
    view: { stroke: null },
    text: { fontSize: 12 },
  },
} as const;
