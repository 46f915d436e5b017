"""Export: what a list shows, as a CSV or XLSX file.

`records.query.exporting` says which rows and fields; here they become columns with headings and
formats (`columns`), cells (`cells`) and bytes (`sheets`, `workbook` in a child process). Small
exports are answered at once, large ones are made by a job (`work`); each is written down (`store`).
"""
