"""From a config file to a labelled dataset: configs, sweeps, comparison, execution, results."""
