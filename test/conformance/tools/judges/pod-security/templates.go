package main

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"sort"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

type podTemplate struct {
	path     string
	template corev1.PodTemplateSpec
}

// podTemplates finds everything that becomes a pod by its shape, not by a list of kinds: a Pod, the template of a
// Deployment, CronJob or Rollout, and a Job inside an AnalysisTemplate are all "spec" with "containers".
func podTemplates(value any, path string) ([]podTemplate, error) {
	var found []podTemplate
	switch node := value.(type) {
	case map[string]any:
		if spec, ok := node["spec"].(map[string]any); ok {
			if _, ok := spec["containers"].([]any); ok {
				pod := podTemplate{path: path}
				err := runtime.DefaultUnstructuredConverter.FromUnstructured(node, &pod.template)
				if err != nil {
					return nil, fmt.Errorf("%s.spec is no pod: %w", path, err)
				}
				return []podTemplate{pod}, nil
			}
		}
		for _, key := range sortedKeys(node) {
			pods, err := podTemplates(node[key], path+"."+key)
			if err != nil {
				return nil, err
			}
			found = append(found, pods...)
		}
	case []any:
		for index, item := range node {
			pods, err := podTemplates(item, fmt.Sprintf("%s[%d]", path, index))
			if err != nil {
				return nil, err
			}
			found = append(found, pods...)
		}
	}
	return found, nil
}

func sortedKeys(node map[string]any) []string {
	keys := make([]string, 0, len(node))
	for key := range node {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// manifests lists the files themselves and the .yaml files below each folder.
func manifests(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && (file == path || filepath.Ext(file) == ".yaml") {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}
