#!/bin/sh
# Finish an environment: leave out what nothing runs, compile the rest, and write its bill of materials.
set -eu
site=/opt/churn/lib/python3.11/site-packages
find "$site" -type d \( -name tests -o -name include \) -prune -exec rm -rf {} +
find "$site" -name '*.pyi' -delete
# tools that make models, and a second spelling of the same compression
rm -rf "$site"/onnxruntime/transformers "$site"/onnxruntime/tools "$site"/onnxruntime/quantization "$site"/zstandard/_cffi*.so
# Arrow's own network protocol; nobody here speaks it
rm -f "$site"/pyarrow/libarrow_flight* "$site"/pyarrow/libarrow_python_flight* "$site"/pyarrow/_flight*
[ ! -d "$site/pyarrow" ] || /opt/churn/bin/python -B -c "import pyarrow.csv, pyarrow.dataset, pyarrow.parquet"  # it still loads
python -m compileall -q -j 0 --invalidation-mode unchecked-hash "$site" >/dev/null || true  # templates that are no Python
python bill.py "$site" /opt/churn/bill-of-materials.cdx.json
rm -f /opt/churn/.lock
