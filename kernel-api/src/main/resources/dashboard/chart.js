// Small charts on a canvas, in the colours of the page.

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// light-dark() is resolved on a used property only.
const probe = document.createElement('span');
probe.hidden = true;
document.body.append(probe);

/** A colour of the page as the present theme has it. */
export function used(name) {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color || colour(name);
}

/** Fits a canvas to its place and the screen's pixels; returns its context in CSS pixels. */
export function fitted(canvas) {
  const ratio = devicePixelRatio || 1;
  const {clientWidth: width, clientHeight: height} = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return {context, width, height};
}

/** Draws a line of values with a washed area below; a ceiling, when there is one, as a dashed line. */
export function line(canvas, values, ceiling) {
  const {context, width, height} = fitted(canvas);
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length < 2 || width === 0) {
    return;
  }
  const most = Math.max(...known, 1e-9);
  const top = ceiling && most > ceiling / 2 ? Math.max(most, ceiling) : most;
  const least = Math.min(...known);
  const floor = least > top * 0.7 && !ceiling ? least - (top - least || top * 0.02) : 0;
  const y = (value) => height - 3 - ((value - floor) / (top - floor || 1)) * (height - 6);
  const x = (index) => (index / (values.length - 1)) * width;
  context.beginPath();
  values.forEach((value, index) => context.lineTo(x(index), y(Number.isFinite(value) ? value : floor)));
  context.strokeStyle = used('--accent');
  context.lineWidth = 1.5;
  context.stroke();
  context.lineTo(width, height);
  context.lineTo(0, height);
  context.closePath();
  context.fillStyle = used('--wash');
  context.globalAlpha = 0.7;
  context.globalCompositeOperation = 'destination-over';
  context.fill();
  context.globalAlpha = 1;
  context.globalCompositeOperation = 'source-over';
  if (ceiling && top >= ceiling) {
    context.setLineDash([4, 4]);
    context.strokeStyle = used('--red');
    context.beginPath();
    context.moveTo(0, y(ceiling));
    context.lineTo(width, y(ceiling));
    context.stroke();
    context.setLineDash([]);
  }
}
