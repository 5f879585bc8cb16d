{{- /* The first of the TCP ports, by its name: it accepts once the broker has recovered its sessions. */}}
{{- define "godwit.tcp" -}}
{{- $names := list -}}
{{- range $name, $port := .Values.ports -}}
{{- if not (kindIs "map" $port) }}{{ $names = append $names $name }}{{ end -}}
{{- end -}}
{{- first $names -}}
{{- end -}}

{{- /* What a probe asks: the HTTP API under a path where others reach it, else the port. */}}
{{- define "godwit.probe" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.admin.secret -}}
httpGet:
  path: {{ index . 1 }}
  port: admin
  scheme: {{ $root.Values.admin.scheme }}
{{- else -}}
tcpSocket:
  port: {{ include "godwit.tcp" $root }}
{{- end -}}
{{- end -}}
