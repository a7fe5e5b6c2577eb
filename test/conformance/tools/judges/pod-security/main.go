// Evaluates the published Pod Security policies over every pod template in manifests:
//
//	pod-security [-version 1.33]... FILE_OR_FOLDER...
//
// Prints one JSON entry for each pod template, with the violations of the level "restricted".
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

type violation struct {
	Version string `json:"version"`
	Reason  string `json:"reason"`
	Detail  string `json:"detail,omitempty"`
}

type judged struct {
	File       string      `json:"file"`
	Kind       string      `json:"kind"`
	Namespace  string      `json:"namespace"`
	Name       string      `json:"name"`
	Path       string      `json:"path"`
	Violations []violation `json:"violations"`
}

type versions []api.Version

func (v *versions) String() string { return fmt.Sprint(*v) }

func (v *versions) Set(text string) error {
	if text != "latest" {
		text = "v" + text
	}
	version, err := api.ParseVersion(text)
	*v = append(*v, version)
	return err
}

func main() {
	var asked versions
	flag.Var(&asked, "version", "policy version such as 1.33 or latest; may be repeated")
	flag.Parse()
	if len(asked) == 0 {
		asked = versions{api.LatestVersion()}
	}
	results, err := judgeAll(flag.Args(), asked)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(results)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func judgeAll(paths []string, asked versions) ([]judged, error) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return nil, err
	}
	files, err := manifests(paths)
	if err != nil {
		return nil, err
	}
	results := []judged{}
	for _, file := range files {
		objects, err := read(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, object := range objects {
			pods, err := podTemplates(object, "")
			if err != nil {
				return nil, fmt.Errorf("%s: %s %s: %w", file, object["kind"], object["metadata"], err)
			}
			for _, pod := range pods {
				results = append(results, judge(evaluator, file, object, pod, asked))
			}
		}
	}
	return results, nil
}

func judge(evaluator policy.Evaluator, file string, object map[string]any, pod podTemplate, asked versions) judged {
	result := judged{File: file, Kind: text(object["kind"]), Path: pod.path, Violations: []violation{}}
	if metadata, ok := object["metadata"].(map[string]any); ok {
		result.Namespace, result.Name = text(metadata["namespace"]), text(metadata["name"])
	}
	for _, version := range asked {
		level := api.LevelVersion{Level: api.LevelRestricted, Version: version}
		for _, check := range evaluator.EvaluatePod(level, &pod.template.ObjectMeta, &pod.template.Spec) {
			if !check.Allowed {
				short := strings.TrimPrefix(version.String(), "v")
				result.Violations = append(result.Violations, violation{short, check.ForbiddenReason, check.ForbiddenDetail})
			}
		}
	}
	return result
}

func read(file string) ([]map[string]any, error) {
	reader, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	decoder := yaml.NewYAMLOrJSONDecoder(reader, 4096)
	var objects []map[string]any
	for {
		var object map[string]any
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if object != nil {
			objects = append(objects, object)
		}
	}
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
