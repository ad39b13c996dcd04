equityChart("equity", "equity-legend");
prices.start();
list.start();
if (data.histogram) histogramChart("histogram");
