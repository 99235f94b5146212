import django.db.models.deletion
import django.db.models.expressions
import procedures.states
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0008_shared_blocks'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('publishes', models.BooleanField()),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('lines_done', models.PositiveIntegerField(default=0)),
                ('published', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('proposed', models.PositiveIntegerField(default=0)),
                ('wrong', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('lines_done', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('published'), '+', models.F('unchanged')), '+', models.F('proposed')), '+', models.F('wrong')))), name='import_run_counts_every_line')],
            },
        ),
        migrations.CreateModel(
            name='ImportFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('code', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(blank=True, max_length=300)),
                ('outcome', models.CharField(choices=[(procedures.states.RowOutcome['WRONG'], procedures.states.RowOutcome['WRONG']), (procedures.states.RowOutcome['DOUBTFUL'], procedures.states.RowOutcome['DOUBTFUL']), (procedures.states.RowOutcome['DIFFERS'], procedures.states.RowOutcome['DIFFERS'])], max_length=10)),
                ('reason', models.CharField(max_length=40)),
                ('detail', models.CharField(blank=True, max_length=500)),
                ('proposal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procedures.proposal')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='procedures.importrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'reason', 'line', 'id'], name='import_finding_by_reason')],
            },
        ),
    ]
