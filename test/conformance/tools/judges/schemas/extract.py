"""Unpacks the strict schemas of the given minors from a kubernetes-validate wheel: extract.py WHEEL FOLDER MINOR...

Written as FOLDER/<minor>/<group>/<kind>-<version>.json. Named by the whole group: kubeconform's usual name keeps only
its first label, so that a custom resource of apps.example.com would be judged as one of apps.
"""
import json
import pathlib
import sys
import zipfile

PREFIX = 'kubernetes_validate/kubernetes-json-schema/v{}.0-local-strict/'
DEFINITIONS = '_definitions.json'


def write(file, schema):
    # These addresses would be resolved over the network; the references become relative instead.
    for key in ('$id', '$schema'):
        schema.pop(key, None)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(schema), encoding='utf-8')


def extract(wheel, folder, minor):
    prefix = PREFIX.format(minor)
    names = [name for name in wheel.namelist() if name.startswith(prefix) and name.endswith('.json')]
    if prefix + DEFINITIONS not in names:
        sys.exit(f'the schema package knows no Kubernetes {minor}')
    groups = set()
    for name in names:
        text = wheel.read(name).decode('utf-8')
        if name.endswith('/' + DEFINITIONS):
            write(folder / minor / DEFINITIONS, json.loads(text))
            continue
        schema = json.loads(text.replace('/api/' + DEFINITIONS, '../' + DEFINITIONS))
        for kind in schema.get('x-kubernetes-group-version-kind', []):
            group = kind['group'] or kind['version']  # as in an apiVersion: the core group is written v1
            groups.add(group)
            write(folder / minor / group / f"{kind['kind'].lower()}-{kind['version']}.json", dict(schema))
    return groups


def main(wheel_file, folder, *minors):
    folder = pathlib.Path(folder)
    with zipfile.ZipFile(wheel_file) as wheel:
        groups = set().union(*(extract(wheel, folder, minor) for minor in minors))
    (folder / 'groups.json').write_text(json.dumps(sorted(groups)), encoding='utf-8')


main(*sys.argv[1:])
